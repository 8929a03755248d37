// Modulated deformable convolution v2 (Zhu et al., "Deformable ConvNets v2", CVPR 2019) on a CUDA stream.
//
//   y[n, o, p] = bias[o] + sum_c sum_k weight[o, c, k] * mask[n, k, p] * input[n, c, p * stride - pad + k * dilation
//                + offset[n, k, p]]
//
// with bilinear sampling. A sample counts where -1 < y < H and -1 < x < W; its corners outside the input are 0.
// Coordinates and sums are float whatever the type of the tensors. Nothing here knows of TensorRT, allocates device
// memory, synchronises or uses another stream than the caller's, so every call can be captured in a CUDA graph.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

enum class ElementType : int32_t
{
    kFLOAT = 0,
    kHALF = 1,
    kBFLOAT16 = 2
};

// kNHWC keeps the channels of a pixel together, padded to a multiple of 8 for the 16-bit types (TensorRT's kHWC8) and
// not padded for float (TensorRT's kHWC).
enum class ActivationLayout : int32_t
{
    kNCHW = 0,
    kNHWC = 1
};

enum class WeightLayout : int32_t
{
    kOIHW = 0, // [outChannels, inChannels / groups, kernelHeight, kernelWidth]: PyTorch, ONNX
    kOHWI = 1, // [outChannels, kernelHeight, kernelWidth, inChannels / groups]: saves a rearrangement in every call
    // With offsetConvolution only, in the order in which the tensor cores' registers want them:
    // [9, inChannels / C, P / 8, C / 32, 32, 8], C 64 where it divides inChannels, else 32; P 32, 64 or 128, the first
    // that holds outChannels. Element [tap, chunk, block, v, lane, i] is the weight of output block * 8 + lane / 4 and
    // input chunk * C + v * 32 + lane % 4 * 8 + i, 0 where there is no such output.
    kFRAGMENTS = 2
};

struct Dcnv2Params
{
    int32_t batch{1};
    int32_t inChannels{0};
    int32_t inHeight{0};
    int32_t inWidth{0};
    int32_t outChannels{0};
    int32_t kernelHeight{3};
    int32_t kernelWidth{3};
    int32_t strideHeight{1};
    int32_t strideWidth{1};
    int32_t padHeight{1};
    int32_t padWidth{1};
    int32_t dilationHeight{1};
    int32_t dilationWidth{1};
    int32_t groups{1};
    int32_t deformableGroups{1};
    ElementType type{ElementType::kFLOAT};
    ActivationLayout layout{ActivationLayout::kNCHW}; // input and output
    ActivationLayout offsetLayout{ActivationLayout::kNCHW}; // offset and mask
    WeightLayout weightLayout{WeightLayout::kOIHW};
    bool offsetMaskFused{false}; // offset and mask are one tensor: the mask's channels follow the offset's
    bool sigmoidMask{false}; // the mask holds logits
    bool relu{false}; // y = max(y, 0)
    // Offset and mask are a convolution of the input of the same kernel, stride, padding and dilation, computed inside.
    bool offsetConvolution{false};
};

bool operator==(Dcnv2Params const& a, Dcnv2Params const& b);

// Device pointers, 16-byte aligned. With G = deformableGroups and K = kernelHeight * kernelWidth, offset has 2GK
// channels (per group and tap: dy, dx), mask GK, the fused tensor 3GK; all at the output's height and width.
struct Dcnv2Tensors
{
    void const* input{nullptr};
    void const* offset{nullptr}; // offset, or the fused tensor
    void const* mask{nullptr}; // nullptr where fused
    void const* weight{nullptr};
    void const* bias{nullptr}; // [outChannels], may be nullptr
    void* output{nullptr};
    void* workspace{nullptr}; // dcnv2WorkspaceSize(params) bytes
    void const* offsetWeight{nullptr}; // with offsetConvolution: WeightLayout::kFRAGMENTS of 27 outputs
    void const* offsetBias{nullptr}; // [3GK], may be nullptr
};

enum class KernelPath : int32_t
{
    kTENSOR_CORE = 0, // implicit GEMM with mma.sync, 16-bit types
    kSIMT = 1, // float multiply-adds, everything
    kFUSED = 2, // tensor cores, with the offset convolution
    kRESIDENT = 3 // the same with all weights in shared memory; wgmma on compute capability 9.0
};

// How a call is cut into thread blocks. planFromParams() chooses; tests and benchmarks may set their own.
struct Dcnv2Plan
{
    KernelPath path{KernelPath::kSIMT};
    int32_t tile{0}; // index into TensorCoreTiles, FusedTiles or ResidentTiles
    int32_t splits{1}; // without offsets: the sum over input channels and taps is cut into this many parts, added afterwards
    int32_t tileWidth{0}; // pixels of a tile form a rectangle of this width; 0: consecutive pixels
    bool packedInterpolation{false}; // half: interpolate in half too, faster and less exact; not chosen by itself
    int32_t blocks{0}; // kRESIDENT: thread blocks that share the tiles; 0: one for each tile
};

int32_t outHeightFromParams(Dcnv2Params const& params);
int32_t outWidthFromParams(Dcnv2Params const& params);

// One sentence on what is wrong, or nullptr where the parameters can be run.
char const* problemFromParams(Dcnv2Params const& params);

// Bytes of workspace that suffice for these parameters and for every smaller batch, height and width.
size_t dcnv2WorkspaceSize(Dcnv2Params const& params);

Dcnv2Plan planFromParams(Dcnv2Params const& params);

// Whether the plan can run on the current device.
bool planIsSupported(Dcnv2Params const& params, Dcnv2Plan const& plan);

cudaError_t dcnv2Forward(Dcnv2Params const& params, Dcnv2Tensors const& tensors, cudaStream_t stream);
cudaError_t dcnv2Forward(
    Dcnv2Params const& params, Dcnv2Plan const& plan, Dcnv2Tensors const& tensors, cudaStream_t stream);

} // namespace trtfairmot
