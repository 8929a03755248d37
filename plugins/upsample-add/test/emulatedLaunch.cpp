// The launch of ../kernel/upsampleAddArgs.h on the emulator.
#include "testing/emulator.h"
#include "upsample-add/kernel/upsampleAddThread.h"

namespace trtfairmot
{

cudaError_t launchUpsampleAdd(int32_t factor, UpsampleAddArgs const& args, int32_t batch, cudaStream_t)
{
    emulateGrid(upsampleAddGrid(args, factor, batch), kUPSAMPLE_THREADS, 0,
        [&](char*) { factor == 2 ? runUpsampleAdd<2>(args) : runUpsampleAdd<4>(args); });
    return cudaSuccess;
}

} // namespace trtfairmot
