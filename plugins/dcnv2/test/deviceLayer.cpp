#include "deviceLayer.h"

namespace trtfairmot
{

DeviceLayer::DeviceLayer(LayerCase const& layer)
    : mBytes{bytesOfCase(layer)}, mInput{mBytes.input}, mOffset{mBytes.offset}, mMask{mBytes.mask},
      mWeight{mBytes.weight}, mBias{mBytes.bias}, mOffsetWeight{mBytes.offsetWeight},
      mOffsetBias{mBytes.offsetBias}, mOutput{mBytes.outputBytes},
      mWorkspace{dcnv2WorkspaceSize(layer.params)}
{
}

Dcnv2Tensors DeviceLayer::tensors() const
{
    return Dcnv2Tensors{mInput.data(), mOffset.data(), mMask.data(), mWeight.data(), mBias.data(), mOutput.data(),
        mWorkspace.data(), mOffsetWeight.data(), mOffsetBias.data()};
}

void DeviceLayer::poison(cudaStream_t stream)
{
    mOutput.poison(stream);
    mWorkspace.poison(stream);
}

std::vector<uint8_t> DeviceLayer::output(bool& guardsIntact) const
{
    bool workspaceIntact = false;
    mWorkspace.download(workspaceIntact);
    std::vector<uint8_t> bytes = mOutput.download(guardsIntact);
    guardsIntact = guardsIntact && workspaceIntact;
    return bytes;
}

size_t DeviceLayer::tensorBytes() const
{
    return mInput.size() + mOffset.size() + mMask.size() + mWeight.size() + mBias.size()
        + mOffsetWeight.size() + mOffsetBias.size() + mBytes.outputBytes;
}

std::vector<FairmotLayer> const& fairmotLayers()
{
    static std::vector<FairmotLayer> const kLAYERS{{512, 256, 19, 34, 1}, {256, 256, 38, 68, 1}, {256, 128, 38, 68, 2},
        {128, 128, 76, 136, 2}, {128, 64, 76, 136, 4}, {64, 64, 152, 272, 5}, {256, 64, 38, 68, 1}};
    return kLAYERS;
}

std::vector<FairmotLayer> const& halfFairmotLayers()
{
    static std::vector<FairmotLayer> const kLAYERS{{256, 128, 10, 18, 1}, {128, 128, 20, 36, 1}, {128, 64, 20, 36, 2},
        {64, 64, 40, 72, 2}, {64, 32, 40, 72, 4}, {32, 32, 80, 144, 5}, {128, 32, 20, 36, 1}};
    return kLAYERS;
}

Dcnv2Params paramsOfFairmotLayer(FairmotLayer const& layer, ElementType type, int32_t batch)
{
    Dcnv2Params p;
    p.batch = batch;
    p.inChannels = layer.inChannels;
    p.outChannels = layer.outChannels;
    p.inHeight = layer.height;
    p.inWidth = layer.width;
    p.type = type;
    p.relu = true;
    if (type != ElementType::kFLOAT)
    {
        p.layout = ActivationLayout::kNHWC;
        p.offsetLayout = ActivationLayout::kNHWC;
        p.weightLayout = WeightLayout::kOHWI;
        p.offsetMaskFused = true;
        p.sigmoidMask = true;
    }
    return p;
}

Dcnv2Params fusedParamsOfFairmotLayer(FairmotLayer const& layer, int32_t batch)
{
    Dcnv2Params p = paramsOfFairmotLayer(layer, ElementType::kHALF, batch);
    p.weightLayout = WeightLayout::kFRAGMENTS;
    p.offsetConvolution = true;
    return p;
}

} // namespace trtfairmot
