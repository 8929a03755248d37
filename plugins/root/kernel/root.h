// y = relu(W * concat(x0, x1 [, x2, x3]) + b): the root of a tree of DLA (models/networks/pose_dla_dcn.py, Root: cat,
// 1x1 convolution, batch norm, ReLU) on maps that stay where they are. Knows nothing of TensorRT.
//
// Of half: everything but the bias is half, channels-last; sums are of float and are rounded once.
// Of int8: maps and weights are int8 with sums of int32, y = relu(factor * sum + b), given in half, as int8 behind
// QuantizeLinear, or both; the half is the value before quantisation.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

constexpr int32_t kROOT_MAPS = 4; // at most

enum class RootType
{
    kHALF,
    kINT8
};

struct RootParams
{
    int32_t batch{1};
    int32_t height{0};
    int32_t width{0};
    int32_t maps{0}; // 2 to 4
    int32_t channels[kROOT_MAPS]{}; // of each map, multiples of 8; of 32 in int8
    int32_t outChannels{0}; // as channels
    RootType type{RootType::kHALF};
};

// Device memory, 16-byte aligned.
struct RootTensors
{
    // half [batch, height, width, channels], int8 [batch, channels / 32, height, width, 32]
    void const* maps[kROOT_MAPS]{};
    void const* weights{nullptr}; // half or int8 [outChannels, sum of channels]
    float const* bias{nullptr}; // [outChannels]
    void* output{nullptr}; // half [batch, height, width, outChannels]; int8 may have none
    // Of int8 only:
    float const* factors{nullptr}; // [outChannels], scale of the maps * scale of the channel's weights
    float const* outputScale{nullptr}; // [1], of the quantised output
    void* quantized{nullptr}; // int8 [batch, outChannels / 32, height, width, 32], or none
};

// A sentence on what is not supported, or nullptr.
char const* problemFromParams(RootParams const& params);

// The tile for the current device, see rootTile.h.
int32_t rootTileFromParams(RootParams const& params);

// One kernel, no workspace; may be captured. Results are the same bits in every run.
//   rootForward(params, rootTileFromParams(params), {{x0, x1}, weights, bias, output}, stream);
cudaError_t rootForward(RootParams const& params, int32_t tile, RootTensors const& tensors, cudaStream_t stream);

} // namespace trtfairmot
