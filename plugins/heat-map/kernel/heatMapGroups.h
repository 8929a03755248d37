// The GEMM of heatMapGemm.h for warpgroups, with the weights at rest: a block holds those of 128 hidden channels for as long
// as it lives, and the pixels stream. As many blocks as it takes for all hidden channels are a cluster and see the same
// pixels; the first of them adds up what they make of these.
//
// Each warpgroup goes its own way through tiles of 64 pixels, so that some multiply while others end a tile. A tile comes as
// three runs of the map (a row of the map above, the same, one below), each of which three taps read shifted.
#pragma once

#include "heatMapRuns.h"

namespace trtfairmot
{

template <typename Tile>
struct HeatMapGroups
{
    HeatMapPlace<Tile> place;
    HeatMapRuns<Tile> runs;
    int32_t tile;
    int32_t stage{0};
    float logits[2]; // the lane's part of the 1x1 convolution

    DEVICE_INLINE HeatMapGroups(HeatMapArgs const& args, char* shared)
        : place{args, shared}, runs{place.firstTile}, tile{place.firstTile}
    {
    }

    DEVICE_INLINE float* partsAt(int32_t parity, int32_t part) const
    {
        return reinterpret_cast<float*>(place.shared + Tile::kPARTS)
            + ((parity * kMAP_RANKS + part) * Tile::kGROUPS + place.group) * Tile::kPIXELS;
    }

    DEVICE_INLINE void waitForRun() const
    {
        waitForCopyGroups<Tile::kSTAGES - 2>();
        if (tile < place.stride())
        {
            publishToProducts();
            syncBlock();
        }
        else
        {
            syncWarpgroup(place.group);
        }
    }

    // kBATCH steps' worth of what the lane's pixel sees through a tap.
    DEVICE_INLINE void loadPixels(uint32_t (&a)[Tile::kBATCH][4], int32_t dx, int32_t firstStep, int32_t x) const
    {
        int32_t const row = place.warp() * 16 + (place.lane & 15) + dx;
        bool const inside = x + dx >= 1 && x + dx <= place.args.width;
        int32_t const byte = inside ? place.stageByte(stage) + mapByte(row, place.lane >> 4) : Tile::kZERO;
        UNROLL
        for (int32_t i = 0; i < Tile::kBATCH; ++i)
        {
            loadMatrices(a[i], place.shared + (byte ^ (firstStep + i) * 32)); // two chunks on, swizzled
        }
    }

    // The sums start as the bias.
    DEVICE_INLINE void startSums(float (&sums)[Tile::kN_TILES][4]) const
    {
        auto const* const bias = reinterpret_cast<float2 const*>(place.shared + Tile::kHEAD) + (place.lane & 3);
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; ++n)
        {
            float2 const pair = bias[n * 4];
            sums[n][0] = sums[n][2] = pair.x;
            sums[n][1] = sums[n][3] = pair.y;
        }
    }

    DEVICE_INLINE void multiplyTile()
    {
        int32_t const pixel = tile % place.args.imageTiles * Tile::kPIXELS + place.warp() * 16 + (place.lane & 15);
        int32_t const x = pixel % place.args.width;
        float sums[Tile::kN_TILES][4];
        uint32_t pixels[2][Tile::kBATCH][4];
        UNROLL
        for (int32_t batch = 0; batch < kMAP_TAPS * kMAP_STEPS / Tile::kBATCH; ++batch)
        {
            bool const begins = batch % (3 * kMAP_STEPS / Tile::kBATCH) == 0; // a run
            if (begins)
            {
                waitForRun();
            }
            if (batch == 0)
            {
                startSums(sums);
            }
            multiplyBatch(sums, pixels[batch & 1], batch * Tile::kBATCH, x);
            if (begins)
            {
                runs.copyNext(place); // over the run before, which all four warps have loaded
            }
            waitForProducts<1>(); // those of the batch before, whose registers come next
            bool const ends = (batch + 1) % (3 * kMAP_STEPS / Tile::kBATCH) == 0;
            stage = !ends ? stage : stage + 1 == Tile::kSTAGES ? 0 : stage + 1;
        }
        waitForProducts<0>();
        settle(sums);
        reduce(sums);
    }

    // Steps are counted through all taps.
    DEVICE_INLINE void multiplyBatch(
        float (&sums)[Tile::kN_TILES][4], uint32_t (&pixels)[Tile::kBATCH][4], int32_t step, int32_t x) const
    {
        int32_t const tap = step / kMAP_STEPS;
        loadPixels(pixels, tap % 3, step % kMAP_STEPS, x);
        SharedMatrix const weights = sharedMatrix(place.shared + tap * Tile::kTAP_BYTES, 16, 1024, Swizzle::k128);
        beginProducts();
        UNROLL
        for (int32_t i = 0; i < Tile::kBATCH; ++i)
        {
            multiplyShared<Tile::kN_TILES>(sums, pixels[i], advanced(weights, (step % kMAP_STEPS + i) * 32));
        }
        commitProducts();
    }

    // ReLU and 1x1 convolution.
    DEVICE_INLINE void reduce(float const (&sums)[Tile::kN_TILES][4])
    {
        auto const* const weights =
            reinterpret_cast<float2 const*>(place.shared + Tile::kHEAD) + Tile::kHIDDEN / 2 + (place.lane & 3);
        logits[0] = logits[1] = 0.F;
        UNROLL
        for (int32_t n = 0; n < Tile::kN_TILES; ++n)
        {
            float2 const weight = weights[n * 4];
            UNROLL
            for (int32_t half = 0; half < 2; ++half)
            {
                float const even = sums[n][half * 2];
                float const odd = sums[n][half * 2 + 1];
                logits[half] += weight.x * (even < 0.F ? 0.F : even); // not fmaxf, which would hide NaN
                logits[half] += weight.y * (odd < 0.F ? 0.F : odd);
            }
        }
        UNROLL
        for (int32_t half = 0; half < 2; ++half)
        {
            logits[half] += shuffle(logits[half], place.lane ^ 1);
            logits[half] += shuffle(logits[half], place.lane ^ 2);
        }
    }

    DEVICE_INLINE void giveParts(int32_t parity) const
    {
        if ((place.lane & 3) == 0)
        {
            float* const parts = partsAt(parity, place.rank) + place.warp() * 16 + (place.lane >> 2);
            storeInCluster(parts, 0, logits[0]);
            storeInCluster(parts + 8, 0, logits[1]);
        }
    }

    DEVICE_INLINE void write(int32_t written, int32_t parity) const
    {
        int32_t const image = written / place.args.imageTiles;
        int32_t const pixel = (written - image * place.args.imageTiles) * Tile::kPIXELS + place.thread % 128;
        if (place.rank != 0 || place.thread % 128 >= Tile::kPIXELS || written >= place.tiles() || pixel >= place.area())
        {
            return;
        }
        float sum = loadReadOnly(place.args.secondBias);
        UNROLL
        for (int32_t part = 0; part < kMAP_RANKS; ++part)
        {
            sum += part * Tile::kHIDDEN < place.args.hidden ? partsAt(parity, part)[place.thread % 128] : 0.F;
        }
        place.args.logits[static_cast<int64_t>(image) * place.area() + pixel] = sum;
    }

    DEVICE_INLINE void prepare() const
    {
        auto* const head = reinterpret_cast<float*>(place.shared + Tile::kHEAD);
        for (int32_t i = place.thread; i < Tile::kHIDDEN; i += Tile::kTHREADS)
        {
            head[i] = loadReadOnly(place.args.firstBias + place.rank * Tile::kHIDDEN + i);
            head[Tile::kHIDDEN + i] = loadReadOnly(place.args.secondWeight + place.rank * Tile::kHIDDEN + i);
        }
        if (place.thread < kMAP_ROW_BYTES / 4)
        {
            reinterpret_cast<uint32_t*>(place.shared + Tile::kZERO)[place.thread] = 0U;
        }
    }

    // The parts of a tile are exchanged while the next one is multiplied.
    DEVICE_INLINE void run()
    {
        arriveAtCluster(); // no block may write to another that has not started
        for (int32_t i = 0; i < Tile::kSTAGES - 1; ++i)
        {
            runs.copyNext(place);
        }
        prepare();
        int32_t const rounds = ceilDiv(place.tiles(), place.stride());
        for (int32_t round = 0; round < rounds; ++round)
        {
            bool const working = tile < place.tiles() || round == 0;
            if (working)
            {
                multiplyTile();
            }
            waitForCluster();
            if (round > 0)
            {
                write(tile - place.stride(), ~round & 1);
            }
            if (working)
            {
                giveParts(round & 1);
            }
            arriveAtCluster();
            tile += place.stride();
        }
        waitForCluster();
        write(tile - place.stride(), ~rounds & 1);
    }
};

} // namespace trtfairmot
