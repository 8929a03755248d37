// Device memory and error checks for the test programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <cuda_runtime_api.h>

#include "../kernel/dcnv2.h"
#include "layerCase.h"

namespace trtfairmot
{

// Ends the program with exit code 3 where there is no usable GPU, 1 for any other CUDA error.
void checkCuda(cudaError_t status, char const* what);
void requireGpu();

class DeviceBytes
{
public:
    explicit DeviceBytes(size_t bytes);
    explicit DeviceBytes(std::vector<uint8_t> const& bytes);
    ~DeviceBytes();
    DeviceBytes(DeviceBytes&& other) noexcept;
    DeviceBytes(DeviceBytes const&) = delete;
    DeviceBytes& operator=(DeviceBytes const&) = delete;
    DeviceBytes& operator=(DeviceBytes&&) = delete;

    void* data() const; // nullptr where empty
    size_t size() const;
    void poison(cudaStream_t stream); // every byte 0xFF: NaN in all three types
    std::vector<uint8_t> download() const;

private:
    void* mData{nullptr};
    size_t mSize{0};
};

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
    DeviceBytes mOutput;
    DeviceBytes mWorkspace;
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

// As trt-builder writes them: fp16 channels-last, fused offset and mask logits, OHWI weights, ReLU; or, for other
// types, as the common ONNX export has them.
Dcnv2Params paramsOfFairmotLayer(FairmotLayer const& layer, ElementType type, int32_t batch);

} // namespace trtfairmot
