// y = relu(W * concat(x0, x1 [, x2, x3]) + b): the root of a tree of DLA (models/networks/pose_dla_dcn.py, Root: cat,
// 1x1 convolution, batch norm, ReLU) on maps that stay where they are. Knows nothing of TensorRT.
//
// Everything but the bias is half, channels-last; sums are of float and are rounded once.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

constexpr int32_t kROOT_MAPS = 4; // at most

struct RootParams
{
    int32_t batch{1};
    int32_t height{0};
    int32_t width{0};
    int32_t maps{0}; // 2 to 4
    int32_t channels[kROOT_MAPS]{}; // of each map, multiples of 8
    int32_t outChannels{0}; // a multiple of 8
};

// Device memory, 16-byte aligned.
struct RootTensors
{
    void const* maps[kROOT_MAPS]{}; // half [batch, height, width, channels]
    void const* weights{nullptr}; // half [outChannels, sum of channels]
    float const* bias{nullptr}; // [outChannels]
    void* output{nullptr}; // half [batch, height, width, outChannels]
};

// A sentence on what is not supported, or nullptr.
char const* problemFromParams(RootParams const& params);

// The tile for the current device, see rootTile.h.
int32_t rootTileFromParams(RootParams const& params);

// One kernel, no workspace; may be captured. Results are the same bits in every run.
//   rootForward(params, rootTileFromParams(params), {{x0, x1}, weights, bias, output}, stream);
cudaError_t rootForward(RootParams const& params, int32_t tile, RootTensors const& tensors, cudaStream_t stream);

} // namespace trtfairmot
