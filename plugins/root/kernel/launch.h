#pragma once

#include "rootGemm.h"

namespace trtfairmot
{

// grid: tiles of pixels, tiles of channels. test/emulatedLaunch.cpp runs the same on the host.
cudaError_t launchRoot(int32_t tile, RootArgs const& args, dim3 grid, cudaStream_t stream);

} // namespace trtfairmot
