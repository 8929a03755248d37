// Heads to detections on the GPU: sigmoid, 3x3 peak test, top-K, boxes, L2-normalised embeddings.
// The CUDA twin of `detectionsFromHeads` in fairmot-postprocess. Knows nothing of TensorRT or Node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cuda_runtime_api.h>

namespace trtfairmot
{

enum class ElementType : int32_t
{
    kFLOAT32 = 0,
    kFLOAT16 = 1
};

// One output of the network, [batch, channels, height, width] in any layout. Strides count elements.
struct HeadView
{
    void const* data{nullptr};
    ElementType type{ElementType::kFLOAT32};
    int32_t channels{0};
    int64_t imageStride{0};
    int64_t channelStride{0};
    int64_t pixelStride{0};
};

inline constexpr int32_t kMAX_TOP_K = 1000;

struct DetectionsHeader
{
    uint32_t count;      // rows that follow
    uint32_t candidates; // peaks above the threshold, before top-K
    // Not zero where NaN was met: in hm anywhere, in wh, reg or id at a peak.
    uint32_t nanInHeatMap; // or in scores
    uint32_t nanInBoxes;
    uint32_t nanInEmbeddings;
    uint32_t reserved[11];
};

// Where the rows of one image lie behind its header, in bytes: boxes [k, 4], scores [k], classes [k], embeddings [k, e].
struct DetectionsLayout
{
    size_t boxes;
    size_t scores;
    size_t classes;
    size_t embeddings;
    size_t size; // stride between images

    static DetectionsLayout of(int32_t topK, int32_t embeddingSize);
};

struct DecodeParameters
{
    HeadView hm;  // logits, one channel per class
    HeadView wh;  // 4 channels: left, top, right, bottom; 2 channels: width, height
    HeadView reg; // 2 channels: offset of the centre; may be absent
    HeadView id;  // embedding
    int32_t batch{1};
    int32_t largestBatch{1}; // that the scratch memory is for
    int32_t width{0}; // of the maps
    int32_t height{0};
    int32_t topK{500};
    double threshold{0.0}; // rows have score > threshold
    float scale{4.0F};     // network pixels per map pixel
    void* scratch{nullptr};
    void* out{nullptr}; // batch times DetectionsLayout::size bytes, on the device or mapped host memory
};

size_t decodeScratchSize(DecodeParameters const& parameters);

// Once before the first decode with this scratch memory; each decode leaves it ready for the next.
void resetDecodeScratch(DecodeParameters const& parameters, cudaStream_t stream);

// Three kernels, no allocation, no synchronisation; may be captured.
void launchDecode(DecodeParameters const& parameters, cudaStream_t stream);

} // namespace trtfairmot
