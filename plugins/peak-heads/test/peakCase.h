// A heat map, features and heads with random data, what the plugin must make of them, and both compared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "peak-heads/kernel/peakHeads.h"

namespace trtfairmot
{

enum class MapKind : int32_t
{
    kRANDOM = 0, // like FairMOT's: mostly low
    kPLATEAUS = 1, // few distinct values
    kEQUAL = 2, // one value: every cell is a peak
    kFEW = 3, // fewer peaks than rows
    kNONE = 4, // every score is 0
    kNAN = 5, // random, some NaN
    kCLOSE = 6, // logits that partly share a float score
    kSATURATED = 7, // scores of 1, infinities
    kBROKEN = 8, // random, and some features are NaN or huge
    kCOUNT = 9
};

char const* nameOf(MapKind kind);

// Values are rounded to the type they are given in.
struct PeakCase
{
    PeakHeadsParams params;
    MapKind kind{MapKind::kRANDOM};
    std::vector<float> logits; // [batch, classes, height, width]
    std::vector<float> features; // [batch, height, width, features]
    std::vector<float> firstWeight; // [heads * hidden, 3, 3, features]
    std::vector<float> firstBias;
    std::vector<float> secondWeight; // [channels of all heads, hidden]
    std::vector<float> secondBias;
};

PeakCase randomCase(PeakHeadsParams const& params, MapKind kind, uint32_t seed);

// A shape whose heads need at most about `budget` multiply-adds.
PeakHeadsParams randomParams(uint32_t seed, int64_t budget);

std::string describe(PeakHeadsParams const& params);

// The tensors' bytes as peakHeadsForward() takes them.
struct PeakBytes
{
    std::vector<uint8_t> logits;
    std::vector<uint8_t> features;
    std::vector<uint8_t> firstWeight;
    std::vector<uint8_t> firstBias;
    std::vector<uint8_t> secondWeight;
    std::vector<uint8_t> secondBias;
};

PeakBytes bytesOfCase(PeakCase const& peakCase);

// The outputs, all images and rows.
struct PeakRows
{
    std::vector<float> boxes;
    std::vector<float> scores;
    std::vector<int32_t> classes;
    std::vector<float> embeddings;

    explicit PeakRows(PeakHeadsParams const& params);
};

} // namespace trtfairmot
