// FairMOT's decoding with the heads evaluated at the peaks only: sigmoid, 3x3 peak test and exact top-K on the heat map,
// then box size, centre offset and embedding from the features around each peak. Knows nothing of TensorRT.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace trtfairmot
{

constexpr int32_t kMAX_TOP_K = 1024;
constexpr int32_t kMAX_EMBEDDING = 1024;

// Channels of the heads' results. The heads' weights follow each other in this order.
struct HeadChannels
{
    int32_t wh{4}; // 4: left, top, right, bottom of the centre; 2: width, height
    int32_t reg{2}; // 2: offset of the centre; 0: there is none, and the centre is the middle of the cell
    int32_t id{128};

    constexpr int32_t sum() const
    {
        return wh + reg + id;
    }

    constexpr int32_t heads() const
    {
        return reg == 0 ? 2 : 3;
    }

    bool operator==(HeadChannels const& other) const
    {
        return wh == other.wh && reg == other.reg && id == other.id;
    }
};

struct PeakHeadsParams
{
    int32_t batch{1};
    int32_t classes{1};
    int32_t height{0}; // of the maps
    int32_t width{0};
    int32_t features{0}; // channels of the feature map, a multiple of 8
    int32_t hidden{0}; // channels of each head's 3x3 convolution, a multiple of 64
    HeadChannels channels;
    int32_t topK{500};
    int32_t stride{4}; // pixels of the network's input per cell
    bool halfLogits{false}; // the heat map is half instead of float

    bool operator==(PeakHeadsParams const& other) const;
};

// Which of the kernels' variants run.
struct PeakHeadsPlan
{
    int32_t tile{0}; // of the heads' kernel, see headTile.h
    bool overlap{true}; // each kernel starts while the one before it ends (compute capability 9.0)
};

// Device memory, 16-byte aligned.
struct PeakHeadsTensors
{
    void const* logits{nullptr}; // float or half [batch, classes, height, width], before the sigmoid
    void const* features{nullptr}; // half [batch, height, width, features]
    void const* firstWeight{nullptr}; // half [heads * hidden, 3, 3, features]
    float const* firstBias{nullptr}; // [heads * hidden]
    void const* secondWeight{nullptr}; // half [channels of all heads, hidden]
    float const* secondBias{nullptr}; // [channels of all heads]
    float* boxes{nullptr}; // [batch, topK, 4]: x1, y1, x2, y2 in pixels of the network's input
    float* scores{nullptr}; // [batch, topK], descending; 0 in unused rows, whose other values are 0 too; NaN first
    // for NaN in the heat map, NaN in rows whose box or embedding is not finite
    int32_t* classes{nullptr}; // [batch, topK]
    float* embeddings{nullptr}; // [batch, topK, channels.id], of length 1
    void* workspace{nullptr}; // peakHeadsWorkspaceSize() bytes with any contents
};

// A sentence on what is not supported, or nullptr.
char const* problemFromParams(PeakHeadsParams const& params);

// Grows with batch and map.
size_t peakHeadsWorkspaceSize(PeakHeadsParams const& params);

// The plan for the current device.
PeakHeadsPlan planFromParams(PeakHeadsParams const& params);

// Four kernels, no allocation, no synchronisation; may be captured. Results are the same bits in every run.
cudaError_t peakHeadsForward(PeakHeadsParams const& params, PeakHeadsPlan const& plan, PeakHeadsTensors const& tensors,
    cudaStream_t stream);

enum class PeakHeadsStage : int32_t
{
    kFIND = 0,
    kSELECT = 1,
    kHEADS = 2,
    kFINISH = 3
};

// Some of the kernels, for measuring them: on what earlier ones left in the workspace.
cudaError_t peakHeadsKernels(PeakHeadsParams const& params, PeakHeadsPlan const& plan, PeakHeadsTensors const& tensors,
    PeakHeadsStage first, PeakHeadsStage last, cudaStream_t stream);

} // namespace trtfairmot
