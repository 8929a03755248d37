// FairMOT's heat-map head in one kernel: 3x3 convolution, ReLU, 1x1 convolution to one channel, without the hidden
// channels ever leaving the chip. Knows nothing of TensorRT.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

struct HeatMapParams
{
    int32_t batch{1};
    int32_t height{0};
    int32_t width{0};
    int32_t features{0}; // channels of the feature map: 8 to 64, a multiple of 8
    int32_t hidden{0}; // channels of the 3x3 convolution, a multiple of 128
};

// Device memory, 16-byte aligned.
struct HeatMapTensors
{
    void const* features{nullptr}; // half [batch, height, width, features]
    void const* firstWeight{nullptr}; // half [hidden, 3, 3, features]
    float const* firstBias{nullptr}; // [hidden]
    float const* secondWeight{nullptr}; // [hidden]
    float const* secondBias{nullptr}; // [1]
    float* logits{nullptr}; // [batch, height, width]
};

// A sentence on what is not supported, or nullptr.
char const* problemFromParams(HeatMapParams const& params);

// The tile for the current device, see heatMapTile.h.
int32_t heatMapTileFromParams(HeatMapParams const& params);

// Whether the kernel with that tile can do it, and whether the current device can run it.
bool heatMapTileSuits(HeatMapParams const& params, int32_t tile);
bool heatMapTileRuns(HeatMapParams const& params, int32_t tile);

// One kernel, no workspace; may be captured. Results are the same bits in every run.
cudaError_t heatMapForward(
    HeatMapParams const& params, int32_t tile, HeatMapTensors const& tensors, cudaStream_t stream);

} // namespace trtfairmot
