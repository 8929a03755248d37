// All weights of a layer in shared memory, as the products of a warpgroup read them.
#pragma once

#include "common/warpgroup.h"
#include "fusedGemmArgs.h"
#include "residentTile.h"

namespace trtfairmot
{

template <typename Tile>
struct ResidentWeights
{
    static constexpr int32_t kV = Tile::kV;

    char* weights; // [steps, kV, 2, 2, kN, 8, 8]: terms 0-7 and 8-15 of a product are 128 kN bytes apart
    char* offsetWeights; // likewise
    float* biases; // [8 kN], then those of the offsets

    DEVICE_INLINE ResidentWeights(char* shared, int32_t steps)
        : weights{shared}, offsetWeights{weights + steps * Tile::kWEIGHT_BYTES},
          biases{reinterpret_cast<float*>(offsetWeights + steps * Tile::kOFFSET_WEIGHT_BYTES)}
    {
    }

    DEVICE_INLINE char* end() const
    {
        return reinterpret_cast<char*>(biases) + Tile::kBIAS_BYTES;
    }

    // Of the whole block.
    DEVICE_INLINE void load(FusedGemmArgs const& args, int32_t steps) const
    {
        copyWeights<Tile::kN>(weights, args.weight, steps);
        copyWeights<kOFFSET_TILES>(offsetWeights, args.offsetWeight, steps);
        copyBias(biases, args.bias, args.outChannels, Tile::kCHANNELS);
        copyBias(biases + Tile::kCHANNELS, args.offsetBias, 3 * kFUSED_TAPS, kOFFSET_TILES * 8);
        publishToProducts();
        syncBlock();
    }

private:
    // From WeightLayout::kFRAGMENTS: the words of a lane's vector belong to terms 0-7 and 8-15 of two products.
    template <int32_t kN>
    static DEVICE_INLINE void copyWeights(char* target, void const* source, int32_t steps)
    {
        for (int32_t i = threadIndex(); i < steps * kN * kV * 32; i += Tile::kTHREADS)
        {
            int32_t const block = i / 32 / kV % kN;
            int32_t const products = i / 32 / kV / kN * kV + i / 32 % kV;
            uint4 const vector = loadReadOnly(static_cast<uint4 const*>(source) + i);
            char* const place = target + products * (512 * kN) + block * 128 + i % 32 * 4;
            *reinterpret_cast<uint32_t*>(place) = vector.x;
            *reinterpret_cast<uint32_t*>(place + 128 * kN) = vector.y;
            *reinterpret_cast<uint32_t*>(place + 256 * kN) = vector.z;
            *reinterpret_cast<uint32_t*>(place + 384 * kN) = vector.w;
        }
    }

    static DEVICE_INLINE void copyBias(float* target, void const* source, int32_t count, int32_t room)
    {
        for (int32_t i = threadIndex(); i < room; i += Tile::kTHREADS)
        {
            target[i] = source != nullptr && i < count ? floatFromElement(static_cast<__half const*>(source)[i]) : 0.F;
        }
    }
};

} // namespace trtfairmot
