#include "adapter/shapes.h"

namespace trtfairmot
{

namespace
{

std::string shapeOf(nvinfer1::Dims const& dims)
{
    std::string text;
    for (int32_t i = 0; i < dims.nbDims; ++i)
    {
        text += (i == 0 ? "" : ",") + std::to_string(dims.d[i]);
    }
    return "[" + text + "]";
}

} // namespace

bool expectShape(
    char const* name, nvinfer1::Dims const& dims, std::initializer_list<int64_t> shape, std::string& problem)
{
    bool same = dims.nbDims == static_cast<int32_t>(shape.size());
    std::string wanted;
    int32_t i = 0;
    for (int64_t const size : shape)
    {
        wanted += (i == 0 ? "" : ",") + std::to_string(size);
        same = same && dims.d[i] == size;
        ++i;
    }
    if (!same)
    {
        problem = std::string("Expected ") + name + " of shape [" + wanted + "], but received " + shapeOf(dims) + ".";
    }
    return same;
}

bool expectFourDimensions(char const* name, nvinfer1::Dims const& dims, std::string& problem)
{
    if (dims.nbDims != 4)
    {
        problem = std::string("Expected ") + name + " to have 4 dimensions, but received " + shapeOf(dims) + ".";
    }
    return dims.nbDims == 4;
}

} // namespace trtfairmot
