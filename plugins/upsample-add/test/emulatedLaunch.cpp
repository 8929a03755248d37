// The launch of ../kernel/upsampleAddArgs.h on the emulator.
#include "upsample-add/kernel/upsampleAddThread.h"
#include "testing/emulator.h"

namespace trtfairmot
{

cudaError_t launchUpsampleAdd(int32_t factor, int32_t cut, UpsampleAddArgs const& args, int32_t batch, cudaStream_t)
{
    return withUpsampleAddCut(factor, cut, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Cut = decltype(shape);
            emulateGrid(
                upsampleAddGrid<Cut>(args, batch), kUPSAMPLE_THREADS, 0, [&](char*) { runUpsampleAdd<Cut>(args); });
            return cudaSuccess;
        });
}

} // namespace trtfairmot
