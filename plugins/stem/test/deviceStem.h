// The tensors of a stem on the device. The output ends in a guard that must stay as it is.
#pragma once

#include "stemCase.h"
#include "testing/deviceBytes.h"

namespace trtfairmot
{

class DeviceStem
{
public:
    explicit DeviceStem(StemBytes const& bytes)
        : mInput{bytes.input}, mWeights{bytes.weights}, mBias{bytes.bias}, mOutput{bytes.outputBytes}
    {
    }

    StemTensors tensors() const
    {
        return StemTensors{mInput.data(), mWeights.data(), static_cast<float const*>(mBias.data()), mOutput.data()};
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
        return mInput.size() + mWeights.size() + mBias.size() + mOutput.size();
    }

private:
    DeviceBytes mInput;
    DeviceBytes mWeights;
    DeviceBytes mBias;
    GuardedBytes mOutput;
};

} // namespace trtfairmot
