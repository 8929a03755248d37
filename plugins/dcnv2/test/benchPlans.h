// The plans that dcnv2_bench --tune compares.
#pragma once

#include <string>
#include <vector>

#include "dcnv2/kernel/dcnv2.h"

namespace trtfairmot
{

// All that the current device supports: tiles, splits and widths.
std::vector<Dcnv2Plan> plansOf(Dcnv2Params const& params, bool packed);

std::string describe(Dcnv2Plan const& plan);

} // namespace trtfairmot
