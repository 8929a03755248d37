// What the kernel is told, and its launch, which tests replace by an emulation.
#pragma once

#include "common/hostDevice.h"
#include "upsampleAddCut.h"

namespace trtfairmot
{

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

template <typename Cut>
HOST_DEVICE_INLINE int32_t upsampleAddRowThreads(UpsampleAddArgs const& args)
{
    return args.vectors * (Cut::kFACTOR / Cut::kCOLUMNS) * ceilDiv(args.width + 1, Cut::kCELLS);
}

template <typename Cut>
dim3 upsampleAddGrid(UpsampleAddArgs const& args, int32_t batch)
{
    return dim3(ceilDiv(upsampleAddRowThreads<Cut>(args), kUPSAMPLE_THREADS),
        (args.height + 1) * Cut::kFACTOR / Cut::kROWS, batch);
}

cudaError_t launchUpsampleAdd(
    int32_t factor, int32_t cut, UpsampleAddArgs const& args, int32_t batch, cudaStream_t stream);

} // namespace trtfairmot
