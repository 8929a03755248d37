#include "upsampleAddArgs.h"

namespace trtfairmot
{

namespace
{

bool isValid(UpsampleAddParams const& p)
{
    int64_t const outPixels = static_cast<int64_t>(p.height) * p.width * p.factor * p.factor;
    return (p.factor == 2 || p.factor == 4) && p.batch >= 1 && p.batch <= 65535 && p.channels >= 8
        && p.channels % 8 == 0 && p.height >= 1 && p.width >= 1 && p.height < 16000 && p.width < 16000
        && outPixels * p.channels < (int64_t{1} << 31);
}

} // namespace

cudaError_t upsampleAddForward(UpsampleAddParams const& p, UpsampleAddTensors const& tensors, cudaStream_t stream)
{
    if (!isValid(p))
    {
        return cudaErrorInvalidValue;
    }
    UpsampleAddArgs const args{static_cast<uint4 const*>(tensors.x), static_cast<uint4 const*>(tensors.skip),
        static_cast<uint4 const*>(tensors.weights), static_cast<uint4*>(tensors.output), p.channels / 8, p.height,
        p.width};
    return launchUpsampleAdd(p.factor, args, p.batch, stream);
}

} // namespace trtfairmot
