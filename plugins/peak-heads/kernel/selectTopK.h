// Second kernel: the K best candidates of an image, sorted, by one block. A histogram of the scores finds a cut that
// leaves at most kSELECT_THREADS candidates. Each of them is placed by the histogram and ranked inside its bin; where many
// scores are alike, the cut is refined digit by digit, and a bitonic network sorts.
#pragma once

#include <cstring>

#include "common/primitives.h"
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

struct SelectTopK
{
    SelectArgs const& args;
    SelectShared& shared;
    int32_t thread;
    int32_t lane;
    int32_t warp;
    uint32_t const* counts; // of the image
    Key const* candidates; // of the image
    Key held[kHELD_TILES][kHELD_PER_TILE]; // 0: none
    uint32_t longer; // bit i: the warp's tile i has more than it holds
    bool ranked; // the histogram says where keys belong

    DEVICE_INLINE SelectTopK(SelectArgs const& arguments, SelectShared& memory)
        : args{arguments}, shared{memory}, thread{threadIndex()}, lane{thread & 31}, warp{thread / 32},
          counts{arguments.counts + static_cast<int64_t>(blockIndex().x) * arguments.tiles},
          candidates{
              arguments.candidates + static_cast<int64_t>(blockIndex().x) * arguments.tiles * kTILE_CELLS}
    {
    }

    DEVICE_INLINE int32_t countOf(int32_t tile) const
    {
        return tile < args.tiles ? static_cast<int32_t>(loadGlobal(counts + tile)) : 0;
    }

    DEVICE_INLINE Key keyAt(int32_t tile, int32_t i) const
    {
        return loadGlobal(candidates + static_cast<int64_t>(tile) * kTILE_CELLS + i);
    }

    DEVICE_INLINE void hold()
    {
        int32_t sizes[kHELD_TILES];
        longer = 0U;
        UNROLL
        for (int32_t i = 0; i < kHELD_TILES; ++i)
        {
            int32_t const tile = warp + i * kSELECT_WARPS;
            sizes[i] = countOf(tile);
            held[i][0] = tile < args.tiles ? keyAt(tile, lane) : 0U; // without waiting for the count
        }
        UNROLL
        for (int32_t i = 0; i < kHELD_TILES; ++i)
        {
            longer |= sizes[i] > kHELD_PER_TILE * 32 ? 1U << i : 0U;
        }
        UNROLL
        for (int32_t i = 0; i < kHELD_TILES; ++i)
        {
            held[i][0] = lane < sizes[i] ? held[i][0] : 0U;
            UNROLL
            for (int32_t j = 1; j < kHELD_PER_TILE; ++j)
            {
                int32_t const position = lane + j * 32;
                held[i][j] = position < sizes[i] ? keyAt(warp + i * kSELECT_WARPS, position) : 0U;
            }
        }
    }

    // function(key) for every candidate of the warp's tiles that falls to this thread.
    template <typename Function>
    DEVICE_INLINE void forEach(Function const& function) const
    {
        UNROLL
        for (int32_t i = 0; i < kHELD_TILES; ++i)
        {
            UNROLL
            for (int32_t j = 0; j < kHELD_PER_TILE; ++j)
            {
                if (held[i][j] != 0U)
                {
                    function(held[i][j]);
                }
            }
        }
        for (int32_t i = 0; longer >> i != 0U; ++i)
        {
            if ((longer >> i & 1U) != 0U)
            {
                forEachOf(warp + i * kSELECT_WARPS, kHELD_PER_TILE * 32, function);
            }
        }
        for (int32_t tile = warp + kHELD_TILES * kSELECT_WARPS; tile < args.tiles; tile += kSELECT_WARPS)
        {
            forEachOf(tile, 0, function);
        }
    }

    template <typename Function>
    DEVICE_INLINE void forEachOf(int32_t tile, int32_t begin, Function const& function) const
    {
        int32_t const size = countOf(tile);
        for (int32_t i = begin + lane; i < size; i += 32)
        {
            function(keyAt(tile, i));
        }
    }

    // Sum over the thread and those before it.
    DEVICE_INLINE uint32_t inclusiveSum(uint32_t value) const
    {
        uint32_t sum = sumUpToLane(value);
        if (lane == 31)
        {
            shared.warpSums[warp] = sum;
        }
        syncBlock();
        uint32_t const warps = sumUpToLane(shared.warpSums[lane]);
        uint32_t const before = shuffle(warps, warp == 0 ? 0 : warp - 1);
        return warp == 0 ? sum : sum + before;
    }

    DEVICE_INLINE uint32_t sumUpToLane(uint32_t value) const
    {
        UNROLL
        for (int32_t distance = 1; distance < 32; distance *= 2)
        {
            uint32_t const other = shuffle(value, lane - distance < 0 ? lane : lane - distance);
            value += lane >= distance ? other : 0U;
        }
        return value;
    }

    // The bin that holds the key of rank `wanted` (1 is the highest) among those counted; none where there are fewer. Bins
    // become the number of keys above them.
    DEVICE_INLINE void findBin(uint32_t wanted)
    {
        uint32_t sizes[kBINS_PER_THREAD];
        uint32_t sum = 0U;
        int32_t const highest = kBINS - 1 - thread * kBINS_PER_THREAD;
        UNROLL
        for (int32_t i = 0; i < kBINS_PER_THREAD; ++i)
        {
            sizes[i] = shared.histogram[highest - i];
            sum += sizes[i];
        }
        uint32_t const upTo = inclusiveSum(sum);
        uint32_t above = upTo - sum;
        UNROLL
        for (int32_t i = 0; i < kBINS_PER_THREAD; ++i)
        {
            shared.histogram[highest - i] = above;
            if (sizes[i] > kFULL_BIN && above < wanted)
            {
                addShared(&shared.fullBins, 1U);
            }
            if (above < wanted && wanted <= above + sizes[i])
            {
                shared.bin = static_cast<uint32_t>(highest - i);
                shared.above = above;
                shared.inside = sizes[i];
            }
            above += sizes[i];
        }
        if (thread == kSELECT_THREADS - 1)
        {
            shared.total = above;
        }
    }

    // The smallest key to sort: at least topK keys (or all) and at most kSELECT_THREADS are as large.
    DEVICE_INLINE Key cut()
    {
        Key prefix = 0U;
        uint32_t wanted = static_cast<uint32_t>(args.topK);
        uint32_t taken = 0U;
        int32_t shift = kFIRST_SHIFT;
        for (int32_t width = kDIGIT_BITS;; shift -= width)
        {
            width = shift < 0 ? kDIGIT_BITS + shift : kDIGIT_BITS;
            shift = shift < 0 ? 0 : shift;
            for (int32_t i = thread; i < kBINS; i += kSELECT_THREADS)
            {
                shared.histogram[i] = 0U;
            }
            if (thread == 0)
            {
                shared.inside = 0U;
                shared.fullBins = 0U;
            }
            syncBlock();
            int32_t const place = shift;
            int32_t const next = shift + width;
            forEach(
                [&](Key key)
                {
                    if (key >> next == prefix >> next)
                    {
                        addShared(&shared.histogram[(key >> place) & ((1U << width) - 1U)], 1U);
                    }
                });
            syncBlock();
            findBin(wanted);
            syncBlock();
            ranked = shift == kFIRST_SHIFT && shared.fullBins == 0U;
            if (shared.inside == 0U)
            {
                return 0U; // fewer than topK candidates at all
            }
            prefix |= static_cast<Key>(shared.bin) << shift;
            taken += shared.above;
            wanted -= shared.above;
            if (taken + shared.inside <= kSELECT_THREADS || shift == 0)
            {
                return prefix;
            }
            ranked = false;
            syncBlock();
        }
    }

    DEVICE_INLINE void collect(Key smallest)
    {
        forEach(
            [&](Key key)
            {
                if (key >= smallest)
                {
                    shared.best[0][addShared(&shared.count, 1U)] = key; // in any order: sorted below
                }
            });
    }

    // The key of the thread's rank, 0 behind the last.
    DEVICE_INLINE Key rankedByBins(Key smallest)
    {
        uint32_t const count = shared.inside == 0U ? shared.total : shared.above + shared.inside;
        forEach(
            [&](Key key)
            {
                if (key >= smallest)
                {
                    shared.best[0][addShared(&shared.histogram[key >> kFIRST_SHIFT], 1U)] = key;
                }
            });
        syncBlock();
        if (thread < static_cast<int32_t>(count))
        {
            Key const key = shared.best[0][thread];
            uint32_t const bin = static_cast<uint32_t>(key >> kFIRST_SHIFT);
            // Each bin is now where the one below begins.
            uint32_t const begin = bin == kBINS - 1 ? 0U : shared.histogram[bin + 1];
            uint32_t const end = shared.histogram[bin];
            uint32_t rank = begin;
            for (uint32_t i = begin; i < end; ++i)
            {
                rank += shared.best[0][i] > key ? 1U : 0U;
            }
            shared.best[1][rank] = key;
        }
        syncBlock();
        return thread < static_cast<int32_t>(count) ? shared.best[1][thread] : 0U;
    }

    // Bitonic: a key per thread, exchanged by shuffles inside a warp and through shared memory beyond.
    DEVICE_INLINE Key sorted() const
    {
        Key key = shared.best[0][thread];
        int32_t turn = 1;
        for (int32_t size = 2; size <= kSELECT_THREADS; size *= 2)
        {
            for (int32_t stride = size / 2; stride > 0; stride /= 2)
            {
                Key other;
                if (stride >= 32)
                {
                    shared.best[turn][thread] = key;
                    syncBlock();
                    other = shared.best[turn][thread ^ stride];
                    turn ^= 1;
                }
                else
                {
                    uint32_t const high = shuffle(static_cast<uint32_t>(key >> 32), lane ^ stride);
                    uint32_t const low = shuffle(static_cast<uint32_t>(key), lane ^ stride);
                    other = (static_cast<Key>(high) << 32) | low;
                }
                bool const takesLarger = ((thread & size) == 0) == ((thread & stride) == 0);
                key = (other > key) == takesLarger ? other : key;
            }
        }
        return key;
    }

    DEVICE_INLINE void write(Key key) const
    {
        if (thread >= args.topK)
        {
            return;
        }
        int64_t const row = static_cast<int64_t>(blockIndex().x) * args.topK + thread;
        bool const used = key != 0U;
        uint32_t const bits = used ? scoreBitsOf(key) : 0U;
        float score;
        memcpy(&score, &bits, sizeof(score));
        args.scores[row] = score;
        args.classes[row] = used ? indexOf(key) / args.area : 0;
        args.selected[row] = key;
    }

    DEVICE_INLINE void run()
    {
        shared.best[0][thread] = 0U;
        if (thread == 0)
        {
            shared.count = 0U;
        }
        waitForPreviousKernel();
        hold();
        Key const smallest = cut();
        if (ranked)
        {
            write(rankedByBins(smallest));
            return;
        }
        syncBlock();
        collect(smallest);
        syncBlock();
        write(sorted());
    }
};

DEVICE_INLINE void runSelectTopK(SelectArgs const& args, SelectShared& shared)
{
    letNextKernelStart();
    SelectTopK{args, shared}.run();
}

} // namespace trtfairmot
