// First kernel: the cells whose float score no cell of their 3x3 neighbourhood exceeds become candidates. A block looks
// at a tile of the map and has its own list, so nothing needs to be zero before it starts.
#pragma once

#include <cmath>
#include <cstring>

#include "common/primitives.h"
#include "candidate.h"

namespace trtfairmot
{

struct FindPeaksArgs
{
    void const* logits; // [batch, classes, height, width]
    bool half;
    int32_t classes;
    int32_t height;
    int32_t width;
    int32_t tilesX;
    int32_t tilesY;
    uint32_t* counts; // [batch, classes * tilesY * tilesX]
    Key* candidates; // [batch, classes * tilesY * tilesX, kTILE_CELLS]
};

struct FindPeaksShared
{
    float logits[kTILE_HEIGHT + 2][kTILE_WIDTH + 2];
    uint32_t count;
};

// In double and then rounded, as the decoder in TypeScript computes it, so that ties fall the same way.
HOST_DEVICE_INLINE float scoreFromLogit(float logit)
{
    return static_cast<float>(1.0 / (1.0 + exp(-static_cast<double>(logit))));
}

// Whether two logits have the same float score. Below zero a score grows by at least half of what its logit does,
// relatively, while a float resolves 1.2e-7: logits further apart than 1e-6 need no sigmoid.
HOST_DEVICE_INLINE bool sharesScore(float logit, float higher)
{
    if (higher <= 0.F && logit > -80.F && higher - logit > 1e-6F)
    {
        return false;
    }
    return scoreFromLogit(logit) == scoreFromLogit(higher);
}

struct FindPeaks
{
    FindPeaksArgs const& args;
    FindPeaksShared& shared;
    int32_t thread;
    int32_t image;
    int32_t channel;
    int32_t left;
    int32_t top;

    DEVICE_INLINE FindPeaks(FindPeaksArgs const& arguments, FindPeaksShared& memory)
        : args{arguments}, shared{memory}, thread{threadIndex()}, image{blockIndex().y},
          channel{blockIndex().x / (arguments.tilesX * arguments.tilesY)},
          left{blockIndex().x % arguments.tilesX * kTILE_WIDTH},
          top{blockIndex().x / arguments.tilesX % arguments.tilesY * kTILE_HEIGHT}
    {
    }

    DEVICE_INLINE float logitAt(int32_t y, int32_t x) const
    {
        if (y < 0 || x < 0 || y >= args.height || x >= args.width)
        {
            return -INFINITY;
        }
        int64_t const plane = static_cast<int64_t>(image) * args.classes + channel;
        int64_t const cell = (plane * args.height + y) * args.width + x;
        return args.half ? floatFromElement(loadReadOnly(static_cast<__half const*>(args.logits) + cell))
                         : loadReadOnly(static_cast<float const*>(args.logits) + cell);
    }

    DEVICE_INLINE void loadTile() const
    {
        constexpr int32_t kCOLUMNS = kTILE_WIDTH + 2;
        for (int32_t i = thread; i < kCOLUMNS * (kTILE_HEIGHT + 2); i += kTILE_CELLS)
        {
            shared.logits[i / kCOLUMNS][i % kCOLUMNS] = logitAt(top - 1 + i / kCOLUMNS, left - 1 + i % kCOLUMNS);
        }
    }

    // Bits of the score of the thread's cell, 0 where it is no peak.
    DEVICE_INLINE uint32_t peakScoreBits(int32_t row, int32_t column) const
    {
        float const logit = shared.logits[row + 1][column + 1];
        if (logit != logit)
        {
            return kNAN_BITS;
        }
        float highest = -INFINITY;
        UNROLL
        for (int32_t tap = 0; tap < 9; ++tap)
        {
            highest = fmaxf(highest, shared.logits[row + tap / 3][column + tap % 3]); // passes over NaN
        }
        if (logit < highest && !sharesScore(logit, highest))
        {
            return 0U;
        }
        float const score = scoreFromLogit(logit);
        uint32_t bits;
        memcpy(&bits, &score, sizeof(bits));
        return bits;
    }

    DEVICE_INLINE void run() const
    {
        if (thread == 0)
        {
            shared.count = 0U;
        }
        loadTile();
        syncBlock();
        int32_t const row = thread / kTILE_WIDTH;
        int32_t const column = thread % kTILE_WIDTH;
        int64_t const tile = static_cast<int64_t>(image) * args.classes * args.tilesX * args.tilesY + blockIndex().x;
        if (top + row < args.height && left + column < args.width)
        {
            uint32_t const bits = peakScoreBits(row, column);
            if (bits != 0U)
            {
                int32_t const index = (channel * args.height + top + row) * args.width + left + column;
                // In any order: the keys are distinct, and sorted later.
                uint32_t const slot = addShared(&shared.count, 1U);
                args.candidates[tile * kTILE_CELLS + slot] = keyFrom(bits, static_cast<uint32_t>(index));
            }
        }
        syncBlock();
        if (thread == 0)
        {
            args.counts[tile] = shared.count;
        }
    }
};

DEVICE_INLINE void runFindPeaks(FindPeaksArgs const& args, FindPeaksShared& shared)
{
    letNextKernelStart();
    FindPeaks{args, shared}.run();
}

} // namespace trtfairmot
