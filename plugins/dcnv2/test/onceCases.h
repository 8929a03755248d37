// One tiny layer for every kernel: what the slow tools of compute-sanitizer can look at in seconds.
#pragma once

#include <vector>

#include "plannedCase.h"

namespace trtfairmot
{

// Two blocks of pixels each, one of them in part, and one plan, after which it is named: tile3-fp16, tile3-packed,
// tile3-bf16, fused5, fused5-packed, simt-fp32, simt-fp32-split ... Planar and channels-last, whole and split sums.
std::vector<PlannedCase> onceCases();

} // namespace trtfairmot
