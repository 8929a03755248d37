// The tensors of an upsampling layer on the device. The output ends in a guard that must stay as it is.
#pragma once

#include "testing/deviceBytes.h"
#include "upsampleCase.h"

namespace trtfairmot
{

class DeviceUpsample
{
public:
    explicit DeviceUpsample(UpsampleBytes const& bytes)
        : mX{bytes.x}, mSkip{bytes.skip}, mWeights{bytes.weights}, mOutput{bytes.outputBytes}
    {
    }

    UpsampleAddTensors tensors() const
    {
        return UpsampleAddTensors{mX.data(), mSkip.data(), mWeights.data(), mOutput.data()};
    }

    void poison(cudaStream_t stream)
    {
        mOutput.poison(stream);
    }

    std::vector<uint8_t> output(bool& guardIntact) const
    {
        return mOutput.download(guardIntact);
    }

    size_t tensorBytes() const // read or written at least once by a call
    {
        return mX.size() + mSkip.size() + mWeights.size() + mOutput.size();
    }

private:
    DeviceBytes mX;
    DeviceBytes mSkip;
    DeviceBytes mWeights;
    GuardedBytes mOutput;
};

struct FairmotUpsampling
{
    UpsampleAddParams params;
    int32_t count; // of the eight
};

// The upsampling layers of FairMOT DLA-34 at 608x1088.
inline std::vector<FairmotUpsampling> fairmotUpsamplings(int32_t batch)
{
    return {{{batch, 256, 19, 34, 2}, 1}, {{batch, 128, 38, 68, 2}, 2}, {{batch, 64, 76, 136, 2}, 4},
        {{batch, 64, 38, 68, 4}, 1}};
}

} // namespace trtfairmot
