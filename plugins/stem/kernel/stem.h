// FairMOT DLA-34's first three layers in one kernel, batch normalisation folded into their weights:
//
//   base_layer  7x7, stride 1, padding 3, 3 -> C0, ReLU
//   level0      3x3, stride 1, padding 1, C0 -> C1, ReLU
//   level1      3x3, stride 2, padding 1, C1 -> C2, ReLU
//
// (models/networks/pose_dla_dcn.py of FairMOT: DLA.base_layer, level0, level1.) Products are of half, sums of float, and
// each layer's result is rounded to half once.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

constexpr int32_t kSTEM_IN_CHANNELS = 3;
constexpr int32_t kSTEM_MAX_BASE = 16; // C0
constexpr int32_t kSTEM_MAX_LEVEL0 = 16; // C1
constexpr int32_t kSTEM_MAX_LEVEL1 = 32; // C2

// Numbers in the two constant inputs, whatever the channel counts; stemWeights.h says where each weight is.
constexpr int32_t kSTEM_WEIGHTS = 9728;
constexpr int32_t kSTEM_BIASES = kSTEM_MAX_BASE + kSTEM_MAX_LEVEL0 + kSTEM_MAX_LEVEL1;

struct StemParams
{
    int32_t batch{1};
    int32_t height{0};
    int32_t width{0};
    int32_t baseChannels{kSTEM_MAX_BASE};
    int32_t level0Channels{kSTEM_MAX_LEVEL0};
    int32_t level1Channels{kSTEM_MAX_LEVEL1};
    bool halfInput{false}; // else float
    bool channelsLast{true}; // output [N, OH, OW, C2 rounded up to 8], else [N, C2, OH, OW]
};

// Device memory, each 16-byte aligned.
struct StemTensors
{
    void const* input; // [N, 3, H, W] float or half
    void const* weights; // [kSTEM_WEIGHTS] half, packed
    float const* bias; // [kSTEM_BIASES]: 16 of base_layer, 16 of level0, 32 of level1, zeros behind the channels
    void* output; // half, OH = (H + 1) / 2, OW = (W + 1) / 2
};

inline int32_t stemOutSize(int32_t size)
{
    return (size + 1) / 2;
}

// The way the work is cut into thread blocks: a position in stemTile.h's list. The default suits the GPU.
constexpr int32_t kSTEM_DEFAULT_TILE = -1;
int32_t stemTileCount();
char const* stemTileName(int32_t tile);

// Enqueues the layers. cudaErrorInvalidValue for shapes, channel counts or a tile that cannot be.
//   stemForward(params, {input, weights, bias, output}, stream);
cudaError_t stemForward(
    StemParams const& params, StemTensors const& tensors, cudaStream_t stream, int32_t tile = kSTEM_DEFAULT_TILE);

} // namespace trtfairmot
