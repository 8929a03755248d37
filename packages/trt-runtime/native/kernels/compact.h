// For engines whose outputs are detections already: keeps the rows above the threshold and writes them as decode does.
#pragma once

#include "kernels/decode.h"

namespace trtfairmot
{

// Outputs of a network exported with its decode, best first.
struct CompactParameters
{
    float const* boxes{nullptr};   // [batch, k, 4] in network pixels
    float const* scores{nullptr};  // [batch, k]
    void const* classes{nullptr};  // [batch, k], or absent: class 0
    bool classes64{false};         // int64 instead of int32
    float const* embeddings{nullptr}; // [batch, k, embeddingSize], of length 1
    int32_t batch{1};
    int32_t topK{0};
    int32_t embeddingSize{0};
    double threshold{0.0};
    void* out{nullptr};
};

// One kernel for the whole batch, no allocation, no synchronisation; may be captured. NaN is reported for scores anywhere,
// for boxes and embeddings in the rows that are kept and in those whose score it has made NaN.
void launchCompact(CompactParameters const& parameters, cudaStream_t stream);

} // namespace trtfairmot
