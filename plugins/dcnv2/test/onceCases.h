// One tiny layer for every kernel: what the slow tools of compute-sanitizer can look at in seconds.
#pragma once

#include <vector>

#include "dcnv2/kernel/plan.h"
#include "layerCase.h"

namespace trtfairmot
{

struct OnceCase
{
    LayerCase layer;
    Dcnv2Plan plan;
};

// Tiles in both 16-bit types and packed, with whole and split sums, planar and channels-last; the kernel without tensor cores.
std::vector<OnceCase> onceCases();

} // namespace trtfairmot
