// What the kernel is told, how its outputs are dealt out, and its launch, which tests replace by an emulation.
//
// Between four neighbouring pixels of x lies a cell of f x f outputs, which depend on those four alone: cell (i, j), 0
// <= i <= H, 0 <= j <= W, holds the outputs f i - f / 2 .. f i + f / 2 - 1 down and likewise across. A thread makes 8
// channels of two neighbouring outputs of a cell; two measured best on an H100, against one, four and more cells a
// thread.
#pragma once

#include "common/hostDevice.h"
#include "upsampleAdd.h"

namespace trtfairmot
{

constexpr int32_t kUPSAMPLE_THREADS = 128;
constexpr int32_t kUPSAMPLE_BLOCKS = 6; // that a multiprocessor's registers must hold
constexpr int32_t kUPSAMPLE_COLUMNS = 2; // of a thread

struct UpsampleAddArgs
{
    uint4 const* x;
    uint4 const* skip;
    uint4 const* weights;
    uint4* output;
    int32_t vectors; // of 8 channels
    int32_t height;
    int32_t width;
};

// Threads that make a row of outputs.
HOST_DEVICE_INLINE int32_t upsampleAddRowThreads(UpsampleAddArgs const& args, int32_t factor)
{
    return args.vectors * (factor / kUPSAMPLE_COLUMNS) * (args.width + 1);
}

inline dim3 upsampleAddGrid(UpsampleAddArgs const& args, int32_t factor, int32_t batch)
{
    return dim3(ceilDiv(upsampleAddRowThreads(args, factor), kUPSAMPLE_THREADS), args.height * factor, batch);
}

cudaError_t launchUpsampleAdd(int32_t factor, UpsampleAddArgs const& args, int32_t batch, cudaStream_t stream);

} // namespace trtfairmot
