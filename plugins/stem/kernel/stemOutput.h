// The last part of a block of the stem: level1, and its way to memory.
#pragma once

#include "stemBlock.h"

namespace trtfairmot
{

template <typename Tile, bool kNARROW>
struct StemOutput
{
    using Block = StemBlock<Tile, kNARROW>;

    static constexpr int32_t kPAIRS = Block::kPAIRS;
    static constexpr int32_t kSTEP = Tile::kWARPS / kPAIRS; // warps with the same output channels
    static constexpr int32_t kSTRIP_COUNT = Tile::kPIXELS / 16;
    static constexpr int32_t kVECTORS = kPAIRS * 2; // of 8 channels, at most

    Block const& block;

    // kCOUNT strips of 16 pixels, 16 channels of each; pixels of the tile are counted row by row.
    template <int32_t kCOUNT>
    DEVICE_INLINE void makeStrips(uint4 const (&fragments)[kLEVEL_STEPS]) const
    {
        int32_t const pair = block.warp % kPAIRS;
        int32_t const firstStrip = block.warp / kPAIRS;
        int32_t const firstBias = kSTEM_MAX_BASE + kSTEM_MAX_LEVEL0 + pair * 16;
        float2 const biases[2] = {block.biasOfBlock(firstBias), block.biasOfBlock(firstBias + 8)};
        char const* sources[kCOUNT][3];
        UNROLL
        for (int32_t i = 0; i < kCOUNT; ++i)
        {
            int32_t const pixel = (firstStrip + i * kSTEP) * 16 + (block.lane & 15);
            int32_t const row = pixel / kTILE_COLUMNS;
            int32_t const column = pixel - row * kTILE_COLUMNS;
            UNROLL
            for (int32_t tap = 0; tap < 3; ++tap)
            {
                sources[i][tap] = block.level0 + 2 * row * kMAP_ROW_BYTES
                    + mapByte(level0Place(2 * column + tap), block.lane >> 4);
            }
        }
        float sums[kCOUNT][2][4];
        block.clearSums(sums);
        UNROLL
        for (int32_t step = 0; step < kLEVEL_STEPS; ++step)
        {
            UNROLL
            for (int32_t i = 0; i < kCOUNT; ++i)
            {
                uint32_t a[4];
                loadMatrices(a, sources[i][step % 3] + step / 3 * kMAP_ROW_BYTES);
                multiplyBlocks(sums[i], a, fragments[step]);
            }
        }
        UNROLL
        for (int32_t i = 0; i < kCOUNT; ++i)
        {
            uint32_t fragment[4];
            block.finish(fragment, sums[i], biases);
            int32_t const pixel = (firstStrip + i * kSTEP) * 16 + (block.lane & 15);
            storeMatrices(block.base + stagedByte(pixel, pair * 2 + (block.lane >> 4)), fragment);
        }
    }

    DEVICE_INLINE void makeLevel1(uint4 const (&fragments)[kLEVEL_STEPS]) const
    {
        constexpr int32_t kLEAST = kSTRIP_COUNT / kSTEP;
        if (block.warp / kPAIRS < kSTRIP_COUNT % kSTEP)
        {
            makeStrips<kLEAST + 1>(fragments);
        }
        else if constexpr (kLEAST > 0)
        {
            makeStrips<kLEAST>(fragments);
        }
    }

    DEVICE_INLINE void writeChannelsLast() const
    {
        StemArgs const& args = block.args;
        int32_t const vectors = ceilDiv(args.outChannels, 8);
        int64_t const image = static_cast<int64_t>(blockIndex().z) * args.outHeight * args.outWidth;
        uint4* const output = static_cast<uint4*>(args.output) + image * vectors;
        UNROLL
        for (int32_t i = 0; i < ceilDiv(Tile::kPIXELS * kVECTORS, Tile::kTHREADS); ++i)
        {
            int32_t const pixel = (block.thread + i * Tile::kTHREADS) / kVECTORS;
            int32_t const vector = block.thread % kVECTORS;
            int32_t const y = block.top + pixel / kTILE_COLUMNS;
            int32_t const x = block.left + pixel % kTILE_COLUMNS;
            if (pixel < Tile::kPIXELS && vector < vectors && y < args.outHeight && x < args.outWidth)
            {
                output[(y * args.outWidth + x) * vectors + vector]
                    = *reinterpret_cast<uint4 const*>(block.base + stagedByte(pixel, vector));
            }
        }
    }

    DEVICE_INLINE void writeChannelsFirst() const
    {
        StemArgs const& args = block.args;
        int64_t const plane = static_cast<int64_t>(args.outHeight) * args.outWidth;
        __half* const output = static_cast<__half*>(args.output) + blockIndex().z * plane * args.outChannels;
        for (int32_t position = block.thread; position < Tile::kPIXELS * args.outChannels; position += Tile::kTHREADS)
        {
            int32_t const channel = position / Tile::kPIXELS;
            int32_t const pixel = position % Tile::kPIXELS;
            int32_t const y = block.top + pixel / kTILE_COLUMNS;
            int32_t const x = block.left + pixel % kTILE_COLUMNS;
            if (y < args.outHeight && x < args.outWidth)
            {
                char const* const vector = block.base + stagedByte(pixel, channel / 8);
                output[channel * plane + y * args.outWidth + x]
                    = *reinterpret_cast<__half const*>(vector + channel % 8 * 2);
            }
        }
    }
};

template <typename Tile, bool kNARROW>
DEVICE_INLINE void runStem(StemArgs const& args, char* shared)
{
    StemBlock<Tile, kNARROW> const block{args, shared};
    StemOutput<Tile, kNARROW> const output{block};
    uint4 levelFragments[kLEVEL_STEPS];
    {
        uint4 fragments[kBASE_STEPS];
        block.loadFragments(fragments, 0);
        if (args.halfInput)
        {
            block.template loadInput<__half>();
        }
        else
        {
            block.template loadInput<float>();
        }
        syncBlock();
        block.makeBase(fragments);
    }
    block.loadFragments(levelFragments, kLEVEL0_STEP);
    syncBlock();
    block.makeLevel0(levelFragments); // over the input
    block.loadFragments(levelFragments, kLEVEL1_STEP + block.warp % output.kPAIRS * kLEVEL_STEPS);
    syncBlock();
    output.makeLevel1(levelFragments); // and stages it over base_layer
    syncBlock();
    if (args.channelsLast)
    {
        output.writeChannelsLast();
    }
    else
    {
        output.writeChannelsFirst();
    }
}

} // namespace trtfairmot
