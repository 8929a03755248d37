// The kernels of this folder, launched. Each returns the launch's error. test/emulatedLaunch.cpp runs the same on the host.
#pragma once

#include "findPeaks.h"
#include "finishRows.h"
#include "headGemm.h"
#include "selectTopK.h"

namespace trtfairmot
{

// grid: tiles of the maps of all classes, images.
cudaError_t launchFindPeaks(FindPeaksArgs const& args, dim3 grid, cudaStream_t stream);

// overlap: starts while the kernel before it ends; needs compute capability 9.0. grid: images.
cudaError_t launchSelectTopK(SelectArgs const& args, dim3 grid, bool overlap, cudaStream_t stream);

// grid: 64 hidden channels of all heads, rows, images.
cudaError_t launchHeadGemm(int32_t tile, HeadGemmArgs const& args, dim3 grid, bool overlap, cudaStream_t stream);

// grid: rows, images.
cudaError_t launchFinishRows(FinishRowsArgs const& args, dim3 grid, bool overlap, cudaStream_t stream);

} // namespace trtfairmot
