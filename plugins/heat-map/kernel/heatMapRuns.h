// The part of heatMapGroups.h that brings pixels and weights into shared memory.
#pragma once

#include "common/warpgroup.h"
#include "heatMapArgs.h"
#include "heatMapCluster.h"
#include "heatMapTile.h"

// Runs once: not worth registers.
#if defined(__CUDACC__)
#define KEEP_ROLLED _Pragma("unroll 1")
#else
#define KEEP_ROLLED
#endif

namespace trtfairmot
{

// Where a thread is and what is to do.
template <typename Tile>
struct HeatMapPlace
{
    HeatMapArgs const& args;
    int32_t rank;
    char* shared; // as Tile lays it out
    int32_t thread; // of the block
    int32_t lane;
    int32_t group;
    int32_t firstTile;

    DEVICE_INLINE HeatMapPlace(HeatMapArgs const& arguments, char* memory)
        : args{arguments}, rank{rankInCluster()}, shared{memoryOfRank(memory)}, thread{threadInRank()},
          lane{thread & 31}, group{static_cast<int32_t>(shuffle(static_cast<uint32_t>(thread / 128), 0))},
          firstTile{clusterIndex(arguments.hidden / Tile::kHIDDEN) + arguments.clusters * group}
    {
    }

    // Not kept in registers.
    DEVICE_INLINE int32_t area() const // pixels of an image
    {
        return args.height * args.width;
    }

    DEVICE_INLINE int32_t tiles() const
    {
        return args.imageTiles * args.images;
    }

    DEVICE_INLINE int32_t stride() const // from a tile of the warpgroup to its next
    {
        return args.clusters * Tile::kGROUPS;
    }

    DEVICE_INLINE int32_t warp() const // of the warpgroup
    {
        return thread % 128 / 32;
    }

    DEVICE_INLINE int32_t stageByte(int32_t stage) const
    {
        return Tile::kRUNS + (group * Tile::kSTAGES + stage) * Tile::kRUN_BYTES;
    }
};

template <typename Tile>
struct HeatMapRuns
{
    int32_t tile; // the next to copy
    int32_t run{0};
    int32_t stage{0};

    DEVICE_INLINE void copyPixels(HeatMapPlace<Tile> const& place) const
    {
        constexpr int32_t kROWS = 128 / kMAP_ROW_VECTORS; // at a time
        int32_t const row = place.thread % 128 / kMAP_ROW_VECTORS;
        int32_t const chunk = place.thread % kMAP_ROW_VECTORS;
        int32_t const image = tile / place.args.imageTiles;
        int32_t const first = (tile - image * place.args.imageTiles) * Tile::kPIXELS + (run - 1) * place.args.width - 1 + row;
        auto const* const start = static_cast<char const*>(place.args.features);
        int32_t const pitch = place.args.vectors * 16;
        auto const* const source =
            start + (static_cast<int64_t>(image) * place.area() + first) * pitch + chunk * 16;
        char* const target = place.shared + place.stageByte(stage) + mapByte(row, chunk);
        UNROLL
        for (int32_t i = 0; i < ceilDiv(Tile::kSPAN, kROWS); ++i)
        {
            int32_t const pixel = first + i * kROWS;
            bool const valid = chunk < place.args.vectors && pixel >= 0 && pixel < place.area();
            if (row + i * kROWS < Tile::kSPAN)
            {
                // 8 rows on leaves the swizzle as it is.
                copyAsync16(target + i * kROWS * kMAP_ROW_BYTES, valid ? source + i * kROWS * pitch : start, valid);
            }
        }
    }

    // Those of the three taps that read the run: the block's share of all hidden channels.
    DEVICE_INLINE void copyWeights(HeatMapPlace<Tile> const& place) const
    {
        int32_t const chunk = place.thread % kMAP_ROW_VECTORS;
        auto const* const source = static_cast<__half const*>(place.args.firstWeight);
        KEEP_ROLLED
        for (int32_t i = place.thread / kMAP_ROW_VECTORS; i < 3 * Tile::kHIDDEN; i += Tile::kTHREADS / kMAP_ROW_VECTORS)
        {
            int32_t const hidden = i / 3;
            int32_t const tap = run * 3 + i % 3;
            bool const valid = chunk < place.args.vectors;
            int32_t const row = (place.rank * Tile::kHIDDEN + hidden) * kMAP_TAPS + tap;
            int64_t const from = (static_cast<int64_t>(row) * place.args.vectors + (valid ? chunk : 0)) * 8;
            copyAsync16(place.shared + tap * Tile::kTAP_BYTES + mapByte(hidden, chunk), source + from, valid);
        }
    }

    // A group of copies per run. Weights come with the runs of the first tile, whether there is one or not.
    DEVICE_INLINE void copyNext(HeatMapPlace<Tile> const& place)
    {
        if (tile < place.tiles())
        {
            copyPixels(place);
        }
        if (tile < place.stride())
        {
            copyWeights(place);
        }
        commitCopies();
        stage = stage + 1 == Tile::kSTAGES ? 0 : stage + 1;
        tile += run == 2 ? place.stride() : 0;
        run = run == 2 ? 0 : run + 1;
    }
};

} // namespace trtfairmot

#undef KEEP_ROLLED
