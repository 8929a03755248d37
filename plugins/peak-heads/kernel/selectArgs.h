// What the selection is told, and its shared memory.
#pragma once

#include "candidate.h"

namespace trtfairmot
{

constexpr int32_t kSELECT_THREADS = 1024;
constexpr int32_t kSELECT_WARPS = kSELECT_THREADS / 32;
constexpr int32_t kDIGIT_BITS = 12;
constexpr int32_t kBINS = 1 << kDIGIT_BITS;
constexpr int32_t kBINS_PER_THREAD = kBINS / kSELECT_THREADS;
constexpr int32_t kFIRST_SHIFT = 62 - kDIGIT_BITS; // the two highest bits of a key are 0
// Candidates that a thread holds in registers: of the first tiles of its warp, the first ones.
constexpr uint32_t kFULL_BIN = 64U; // more keys in a bin are sorted rather than ranked
constexpr int32_t kHELD_TILES = 8;
constexpr int32_t kHELD_PER_TILE = 2;

struct SelectArgs
{
    uint32_t const* counts; // [batch, tiles]
    Key const* candidates; // [batch, tiles, kTILE_CELLS]
    int32_t tiles;
    int32_t topK;
    int32_t area; // cells of one class
    Key* selected; // [batch, topK], descending, 0 in unused rows
    float* scores; // [batch, topK]
    int32_t* classes; // [batch, topK]
};

struct SelectShared
{
    uint32_t histogram[kBINS];
    Key best[2][kSELECT_THREADS]; // takes turns
    uint32_t warpSums[kSELECT_WARPS];
    uint32_t count; // keys to sort
    uint32_t total; // keys counted
    uint32_t fullBins; // above the cut
    uint32_t bin; // where the key of the wanted rank lies
    uint32_t above; // keys in higher bins
    uint32_t inside; // keys in the bin
};

} // namespace trtfairmot
