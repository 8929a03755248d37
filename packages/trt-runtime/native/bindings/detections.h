// Rows written by decode, as JavaScript arrays.
#pragma once

#include "kernels/decode.h"

#include <napi.h>

namespace trtfairmot
{

// { count, candidates, boxes, scores, classes, embeddings, embeddingSize, nan }: copies, of `count` rows. `nan` names a head, or
// an output of a network that was `decoded` already.
Napi::Object detectionsFrom(
    Napi::Env env, char const* rows, int32_t topK, int32_t embeddingSize, bool decoded = false);

} // namespace trtfairmot
