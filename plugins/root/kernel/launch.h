#pragma once

#include "root.h"
#include "rootOutput.h"

namespace trtfairmot
{

// grid: tiles of pixels, tiles of channels, images where they are apart (int8). test/emulatedLaunch.cpp runs the same on
// the host.
cudaError_t launchRoot(
    RootType type, int32_t tile, RootArgs const& args, dim3 grid, int32_t sharedBytes, cudaStream_t stream);

} // namespace trtfairmot
