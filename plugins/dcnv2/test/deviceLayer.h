// Cases of the layer in device memory, and FairMOT's sixteen layers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dcnv2/kernel/dcnv2.h"
#include "layerCase.h"
#include "testing/deviceBytes.h"

namespace trtfairmot
{

// The tensors of a case on the device. Output and workspace end in a guard that must stay as it is.
class DeviceLayer
{
public:
    explicit DeviceLayer(LayerCase const& layer);

    Dcnv2Tensors tensors() const;
    void poison(cudaStream_t stream);
    std::vector<uint8_t> output(bool& guardsIntact) const;
    size_t tensorBytes() const; // read or written at least once by a call

private:
    LayerBytes mBytes;
    DeviceBytes mInput;
    DeviceBytes mOffset;
    DeviceBytes mMask;
    DeviceBytes mWeight;
    DeviceBytes mBias;
    DeviceBytes mOffsetWeight;
    DeviceBytes mOffsetBias;
    GuardedBytes mOutput;
    GuardedBytes mWorkspace;
};

struct FairmotLayer
{
    int32_t inChannels;
    int32_t outChannels;
    int32_t height;
    int32_t width;
    int32_t count; // of the sixteen
};

// The deformable layers of FairMOT DLA-34 at 608x1088.
std::vector<FairmotLayer> const& fairmotLayers();

// The same of the network of half width, at 320x576.
std::vector<FairmotLayer> const& halfFairmotLayers();

// As trt-builder writes them: fp16 channels-last, fused offset and mask logits, OHWI weights, ReLU; or, for other
// types, as the common ONNX export has them.
Dcnv2Params paramsOfFairmotLayer(FairmotLayer const& layer, ElementType type, int32_t batch);

// The same with its offset convolution inside, where the kernels can (fp16).
Dcnv2Params fusedParamsOfFairmotLayer(FairmotLayer const& layer, int32_t batch);

} // namespace trtfairmot
