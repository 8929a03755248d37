// What the kernel is told, and its launch, which tests replace by an emulation.
#pragma once

#include "stem.h"

namespace trtfairmot
{

struct StemArgs
{
    void const* input;
    uint4 const* weights;
    float const* bias;
    void* output;
    int32_t height;
    int32_t width;
    int32_t outHeight;
    int32_t outWidth;
    int32_t outChannels;
    bool halfInput;
    bool channelsLast;
};

// kNARROW kernels are for C0, C1 <= 8 and C2 <= 16.
cudaError_t launchStem(int32_t tile, bool narrow, StemArgs const& args, int32_t batch, cudaStream_t stream);

// Whether the current device can hold a block of the tile.
bool stemTileFits(int32_t tile);

} // namespace trtfairmot
