// The launches of ../kernel/launch.h on the emulator.
#include "dcnv2/kernel/fusedGemmOutput.h"
#include "dcnv2/kernel/implicitGemmOutput.h"
#include "dcnv2/kernel/launch.h"
#include "dcnv2/kernel/residentGemmOutput.h"
#include "dcnv2/kernel/simtGemmOutput.h"
#include "testing/emulator.h"

namespace trtfairmot
{

namespace
{

template <typename T, bool kPACKED>
cudaError_t emulateImplicitGemm(int32_t tile, ImplicitGemmArgs const& args, dim3 grid)
{
    return withTile<TensorCoreTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            emulateGrid(grid, Tile::kTHREADS, sharedBytesOfTile(Tile::kFIXED_BYTES, Tile::kPIXELS, args.tableRows),
                [&](char* shared) { runImplicitGemm<T, Tile, kPACKED>(args, shared); });
            return cudaSuccess;
        });
}

} // namespace

cudaError_t launchImplicitGemmHalf(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t)
{
    return emulateImplicitGemm<__half, false>(tile, args, grid);
}

cudaError_t launchImplicitGemmPacked(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t)
{
    return emulateImplicitGemm<__half, true>(tile, args, grid);
}

cudaError_t launchImplicitGemmBfloat16(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t)
{
    return emulateImplicitGemm<__nv_bfloat16, false>(tile, args, grid);
}

cudaError_t launchFusedGemm(int32_t tile, bool packed, FusedGemmArgs const& args, int32_t blocks, cudaStream_t)
{
    return withTile<FusedTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            emulateGrid(dim3(blocks), Tile::kTHREADS, Tile::kSHARED_BYTES,
                [&](char* shared)
                {
                    packed ? runFusedGemm<__half, Tile, true>(args, shared)
                           : runFusedGemm<__half, Tile, false>(args, shared);
                });
            return cudaSuccess;
        });
}

cudaError_t launchResidentGemm(
    int32_t tile, bool packed, ResidentGemmArgs const& args, int32_t sharedBytes, cudaStream_t)
{
    return withTile<ResidentTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            emulateGrid(dim3(args.blocks), Tile::kTHREADS, sharedBytes,
                [&](char* shared)
                { packed ? runResidentGemm<Tile, true>(args, shared) : runResidentGemm<Tile, false>(args, shared); });
            return cudaSuccess;
        });
}

cudaError_t launchSimtGemm(ElementType type, SimtGemmArgs const& args, dim3 grid, cudaStream_t)
{
    emulateGrid(grid, kSIMT_THREADS, sizeof(SimtShared),
        [&](char* memory)
        {
            SimtShared& shared = *reinterpret_cast<SimtShared*>(memory);
            switch (type)
            {
            case ElementType::kFLOAT:
                runSimtGemm<float>(args, shared);
                break;
            case ElementType::kHALF:
                runSimtGemm<__half>(args, shared);
                break;
            case ElementType::kBFLOAT16:
                runSimtGemm<__nv_bfloat16>(args, shared);
                break;
            }
        });
    return cudaSuccess;
}

cudaError_t launchSumParts(ElementType type, SumPartsArgs const& args, int32_t blocks, cudaStream_t)
{
    emulateGrid(dim3(blocks), kSUM_THREADS, 0,
        [&](char*)
        {
            switch (type)
            {
            case ElementType::kFLOAT:
                runSumParts<float>(args);
                break;
            case ElementType::kHALF:
                runSumParts<__half>(args);
                break;
            case ElementType::kBFLOAT16:
                runSumParts<__nv_bfloat16>(args);
                break;
            }
        });
    return cudaSuccess;
}

cudaError_t launchTranspose(TransposeArgs const& args, dim3 grid, cudaStream_t)
{
    emulateGrid(grid, kTRANSPOSE_THREADS, sizeof(TransposeShared),
        [&](char* shared) { runTranspose(args, *reinterpret_cast<TransposeShared*>(shared)); });
    return cudaSuccess;
}

} // namespace trtfairmot
