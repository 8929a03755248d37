// What the resident kernel is told.
#pragma once

#include "fusedGemmArgs.h"

namespace trtfairmot
{

struct ResidentGemmArgs
{
    FusedGemmArgs gemm; // map.tilePixels is kRESIDENT_PIXELS
    int32_t tiles;
    int32_t blocks; // each has neighbouring tiles
};

} // namespace trtfairmot
