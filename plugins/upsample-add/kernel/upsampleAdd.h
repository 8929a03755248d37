// y = depthwise transposed convolution of x + skip: FairMOT's upsampling (models/networks/pose_dla_dcn.py, IDAUp: up, then
// the sum with the layer before), kernel 2f, stride f, padding f / 2, f = 2 or 4, any weights, no bias.
//
// Everything is half, channels-last; sums are of float and are rounded once.
#pragma once

#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

struct UpsampleAddParams
{
    int32_t batch{1};
    int32_t channels{0}; // a multiple of 8
    int32_t height{0}; // of x
    int32_t width{0};
    int32_t factor{2}; // 2 or 4
};

// Device memory, each 16-byte aligned.
struct UpsampleAddTensors
{
    void const* x; // [N, H, W, C]
    void const* skip; // [N, fH, fW, C]
    void const* weights; // [2f, 2f, C]
    void* output; // [N, fH, fW, C]
};

// The way the work is cut into threads: a position in upsampleAddCut.h's list. The default suits the shape.
constexpr int32_t kUPSAMPLE_DEFAULT_CUT = -1;
int32_t upsampleAddCutCount(int32_t factor);
char const* upsampleAddCutName(int32_t factor, int32_t cut);

// Enqueues the layer. cudaErrorInvalidValue for shapes, factors or a cut that cannot be.
//   upsampleAddForward({1, 64, 76, 136, 2}, {x, skip, weights, output}, stream);
cudaError_t upsampleAddForward(UpsampleAddParams const& params, UpsampleAddTensors const& tensors, cudaStream_t stream,
    int32_t cut = kUPSAMPLE_DEFAULT_CUT);

} // namespace trtfairmot
