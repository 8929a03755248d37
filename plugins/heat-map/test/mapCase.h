// A feature map and a heat-map head with random data, and what the head makes of them in double precision.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "heat-map/kernel/heatMap.h"

namespace trtfairmot
{

// Values are rounded to the type they are given in.
struct MapCase
{
    HeatMapParams params;
    std::vector<float> features; // [batch, height, width, features]
    std::vector<float> firstWeight; // [hidden, 3, 3, features]
    std::vector<float> firstBias;
    std::vector<float> secondWeight; // [hidden]
    float secondBias{0.F};
};

MapCase randomCase(HeatMapParams const& params, uint32_t seed);
HeatMapParams randomParams(uint32_t seed);
std::string describe(HeatMapParams const& params);
std::vector<uint8_t> bytesOfHalves(std::vector<float> const& values);

struct MapReference
{
    std::vector<double> logits;
    std::vector<double> bounds; // how far float sums may be off
};

// Every `step`th pixel only; the others are NaN.
MapReference referenceOfCase(MapCase const& mapCase, int32_t step = 1);

// The largest error, relative to its bound; infinite for a value that is not finite.
double worstError(MapReference const& reference, std::vector<float> const& logits);

} // namespace trtfairmot
