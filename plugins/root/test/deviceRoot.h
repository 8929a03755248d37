// The tensors of a root on the device. The outputs end in guards that must stay as they are.
#pragma once

#include "rootCase.h"
#include "testing/deviceBytes.h"

namespace trtfairmot
{

class DeviceRoot
{
public:
    explicit DeviceRoot(RootBytes const& bytes)
        : mWeights{bytes.weights}, mBias{bytes.bias}, mFactors{bytes.factors}, mOutputScale{bytes.outputScale},
          mOutput{bytes.outputBytes}, mQuantized{bytes.quantizedBytes}
    {
        for (std::vector<uint8_t> const& map : bytes.maps)
        {
            mMaps.emplace_back(map);
        }
    }

    RootTensors tensors() const
    {
        RootTensors tensors;
        for (size_t i = 0; i < mMaps.size(); ++i)
        {
            tensors.maps[i] = mMaps[i].data();
        }
        tensors.weights = mWeights.data();
        tensors.bias = static_cast<float const*>(mBias.data());
        tensors.output = mOutput.size() == 0 ? nullptr : mOutput.data();
        tensors.factors = static_cast<float const*>(mFactors.data());
        tensors.outputScale = static_cast<float const*>(mOutputScale.data());
        tensors.quantized = mQuantized.size() == 0 ? nullptr : mQuantized.data();
        return tensors;
    }

    void poison(cudaStream_t stream)
    {
        mOutput.poison(stream);
        mQuantized.poison(stream);
    }

    std::vector<uint8_t> output(bool& guardIntact) const
    {
        return mOutput.download(guardIntact);
    }

    std::vector<uint8_t> quantized(bool& guardIntact) const
    {
        return mQuantized.download(guardIntact);
    }

    size_t tensorBytes() const // read or written at least once by a call
    {
        size_t bytes = mWeights.size() + mBias.size() + mFactors.size() + mOutput.size() + mQuantized.size();
        for (DeviceBytes const& map : mMaps)
        {
            bytes += map.size();
        }
        return bytes;
    }

private:
    std::vector<DeviceBytes> mMaps;
    DeviceBytes mWeights;
    DeviceBytes mBias;
    DeviceBytes mFactors;
    DeviceBytes mOutputScale;
    GuardedBytes mOutput;
    GuardedBytes mQuantized;
};

} // namespace trtfairmot
