#pragma once

#include "heatMapGemm.h"

namespace trtfairmot
{

// grid: tiles of pixels, images. test/emulatedLaunch.cpp runs the same on the host.
cudaError_t launchHeatMap(int32_t tile, HeatMapArgs const& args, dim3 grid, cudaStream_t stream);

} // namespace trtfairmot
