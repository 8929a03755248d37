// How a warp of the resident kernel hands over its sums, and the whole of a block's work.
#pragma once

#include "residentGemm.h"
#include "tileCursor.h"

namespace trtfairmot
{

// Applies ReLU and writes 8 channels at a time, by way of the warp's shared memory.
template <typename Tile, bool kPACKED>
DEVICE_INLINE void writeResidentSums(ResidentGemm<Tile, kPACKED> const& gemm, float const (&sums)[Tile::kN][4])
{
    FusedGemmArgs const& args = gemm.args;
    UNROLL
    for (int32_t n = 0; n < Tile::kN; n += 2)
    {
        uint32_t words[4];
        UNROLL
        for (int32_t i = 0; i < 4; ++i)
        {
            float const* const pair = sums[n + i / 2] + i % 2 * 2;
            words[i] = args.relu ? wordFromFloats<__half>(fmaxf(pair[0], 0.F), fmaxf(pair[1], 0.F))
                                 : wordFromFloats<__half>(pair[0], pair[1]);
        }
        storeMatrices(gemm.own + (gemm.lane & 15) * Tile::kOUTPUT_PITCH + (n + gemm.lane / 16) * 16, words);
    }
    syncWarp();
    UNROLL
    for (int32_t i = 0; i < Tile::kN / 2; ++i)
    {
        int32_t const row = (i * 32 + gemm.lane) / Tile::kN;
        int32_t const channel = gemm.lane % Tile::kN * 8;
        if (gemm.pixels[row].at.image >= 0 && channel < args.outPitch)
        {
            __half* const target = static_cast<__half*>(args.output)
                + (static_cast<uint64_t>(gemm.pixels[row].place) * static_cast<uint32_t>(args.outPitch)
                    + static_cast<uint32_t>(channel));
            *reinterpret_cast<uint4*>(target) =
                *reinterpret_cast<uint4 const*>(gemm.own + row * Tile::kOUTPUT_PITCH + channel * 2);
        }
    }
}

template <typename Tile, bool kPACKED>
DEVICE_INLINE void runResidentGemm(ResidentGemmArgs const& args, char* shared)
{
    ResidentGemm<Tile, kPACKED> gemm(args.gemm, shared);
    gemm.weights.load(args.gemm, kFUSED_TAPS * gemm.chunks);
    auto const tilesBefore = [&](int32_t block)
    { return static_cast<int32_t>(static_cast<int64_t>(args.tiles) * block / args.blocks); };
    PixelMap const& map = args.gemm.map;
    int32_t const end = tilesBefore(blockIndex().x + 1);
    // By a shuffle, since the compiler must know that a warp's lanes agree.
    int32_t const warp = static_cast<int32_t>(shuffle(static_cast<uint32_t>(threadIndex() / 32), 0));
    int32_t const row = warp % 4 * 16 + (gemm.lane & 15);
    int32_t const rowY = row / map.tileWidth;
    int32_t const rowX = row % map.tileWidth;
    int32_t const first = tilesBefore(blockIndex().x) + warp / 4;
    TileCursor cursor(map, first);
    for (int32_t tile = first; tile < end; tile += Tile::kGROUPS)
    {
        if (gemm.lane < 16)
        {
            OutputPixel const at = cursor.pixelAt(map, rowY, rowX);
            gemm.pixels[gemm.lane] =
                ResidentPixel{at, static_cast<uint32_t>((at.image * map.height + at.y) * map.width + at.x)};
        }
        cursor.advance(Tile::kGROUPS);
        syncWarp();
        gemm.sumOffsets();
        syncWarp();
        gemm.fillTable();
        syncWarp();
        float sums[Tile::kN][4];
        gemm.startSums(sums, gemm.weights.biases);
        gemm.sumSamples(sums);
        syncWarp(); // every lane has read the table
        writeResidentSums(gemm, sums);
        syncWarp();
    }
}

} // namespace trtfairmot
