// The kernels of this folder, launched. Each returns the launch's error. testing/emulator.cpp runs the same on the host.
#pragma once

#include "dcnv2.h"
#include "fusedGemmArgs.h"
#include "implicitGemmArgs.h"
#include "residentGemmArgs.h"
#include "simtGemm.h"
#include "sumParts.h"
#include "transpose.h"

namespace trtfairmot
{

// grid: pixel tiles, channel tiles, splits. Packed: half, interpolated in half.
cudaError_t launchImplicitGemmPacked(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream);
cudaError_t launchImplicitGemmHalf(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream);
cudaError_t launchImplicitGemmBfloat16(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream);

// One block for each pixel tile.
cudaError_t launchFusedGemm(
    int32_t tile, bool packed, FusedGemmArgs const& args, int32_t blocks, cudaStream_t stream);

cudaError_t launchResidentGemm(
    int32_t tile, bool packed, ResidentGemmArgs const& args, int32_t sharedBytes, cudaStream_t stream);

// grid: pixel tiles, channel tiles of all groups, splits.
cudaError_t launchSimtGemm(ElementType type, SimtGemmArgs const& args, dim3 grid, cudaStream_t stream);

cudaError_t launchSumParts(ElementType type, SumPartsArgs const& args, int32_t blocks, cudaStream_t stream);

// grid: column tiles, row tiles, images.
cudaError_t launchTranspose(TransposeArgs const& args, dim3 grid, cudaStream_t stream);

} // namespace trtfairmot
