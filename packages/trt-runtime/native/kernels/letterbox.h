// A frame to the network's input on the GPU: FairMOT's letterbox (OpenCV INTER_AREA, 8-bit rounding, border 128), RGB / 255.
// The CUDA twin of `tensorFromImage` in fairmot-postprocess, whose axis plans it takes. Knows nothing of TensorRT or Node.
#pragma once

#include "kernels/decode.h"

#include <cstdint>
#include <cuda_runtime_api.h>

namespace trtfairmot
{

enum class PixelFormat : int32_t
{
    kRGB = 0,      // [height, width, 3]
    kBGR = 1,      // [height, width, 3]
    kNV12_601 = 2, // [height, width] luma, then [height / 2, width / 2, 2] chroma; BT.601, limited range
    kNV12_709 = 3, // the same in BT.709, limited range
};

// Bytes of a tightly packed frame.
size_t frameSize(PixelFormat format, int32_t width, int32_t height);

// How one axis is resampled: output i = sum over t of weights[t * size + i] * input[first[i] + t], over `total`.
// The weights are whole numbers, so sums are exact.
struct AxisPlan
{
    int32_t taps{0};
    int32_t size{0};
    int32_t const* first{nullptr};
    int32_t const* weights{nullptr};
    int32_t total{1};
};

enum class Resampling : int32_t
{
    kSHRINK = 0,  // area averages
    kENLARGE = 1, // bilinear in OpenCV's fixed point: two taps, total 2048
};

struct LetterboxParameters
{
    uint8_t const* source{nullptr};
    PixelFormat format{PixelFormat::kRGB};
    int32_t sourceWidth{0};
    int32_t sourceHeight{0};
    AxisPlan columns;
    AxisPlan rows;
    Resampling resampling{Resampling::kSHRINK};
    int32_t left{0};
    int32_t top{0};
    int32_t width{0}; // of the network's input
    int32_t height{0};
    void* out{nullptr};
    ElementType type{ElementType::kFLOAT32};
    int64_t channelStride{0}; // in elements: height * width for planar, 1 for interleaved
    int64_t pixelStride{0};
};

// One kernel, no allocation, no synchronisation; may be captured.
void launchLetterbox(LetterboxParameters const& parameters, cudaStream_t stream);

// What the images of a batch have in common.
struct LetterboxBatch
{
    LetterboxParameters const* images{nullptr}; // [batch], in device memory: read when the kernel runs
    int32_t batch{1};
    PixelFormat format{PixelFormat::kRGB};
    ElementType type{ElementType::kFLOAT32};
    int32_t width{0}; // of the network's input
    int32_t height{0};
};

// Frames of any sizes in one kernel; may be captured, and replayed with other parameters in `images`.
void launchLetterboxBatch(LetterboxBatch const& batch, cudaStream_t stream);

} // namespace trtfairmot
