// A layer with data, and the ways to run it.
#pragma once

#include <string>
#include <vector>

#include "layerCase.h"

namespace trtfairmot
{

struct PlannedCase
{
    std::string name;
    LayerCase layer;
    std::vector<Dcnv2Plan> plans; // the current device supports
};

} // namespace trtfairmot
