#include "root/layer/rootMaps.h"

#include "adapter/shapes.h"

namespace trtfairmot
{

bool paramsFromMaps(
    nvinfer1::PluginTensorDesc const* inputs, int32_t maps, RootParams& p, int64_t& sum, std::string& problem)
{
    nvinfer1::Dims const& first = inputs[0].dims;
    if (!expectFourDimensions("x0", first, problem))
    {
        return false;
    }
    p = RootParams{};
    p.batch = static_cast<int32_t>(first.d[0]);
    p.height = static_cast<int32_t>(first.d[2]);
    p.width = static_cast<int32_t>(first.d[3]);
    p.maps = maps;
    sum = 0;
    for (int32_t i = 0; i < maps; ++i)
    {
        std::string const name = "x" + std::to_string(i);
        nvinfer1::Dims const& dims = inputs[i].dims;
        if (!expectFourDimensions(name.c_str(), dims, problem)
            || !expectShape(name.c_str(), dims, {first.d[0], dims.d[1], first.d[2], first.d[3]}, problem))
        {
            return false;
        }
        p.channels[i] = static_cast<int32_t>(dims.d[1]);
        sum += dims.d[1];
    }
    return true;
}

bool outputShapeFromInputs(
    nvinfer1::DimsExprs const* inputs, int32_t maps, nvinfer1::DimsExprs& shape, std::string& problem)
{
    if (inputs[0].nbDims != 4 || inputs[maps].nbDims != 2)
    {
        problem = "Expected maps of 4 dimensions and weights of 2.";
        return false;
    }
    shape = inputs[0];
    shape.d[1] = inputs[maps].d[0];
    return true;
}

} // namespace trtfairmot
