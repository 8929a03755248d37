// The tensors of a root on the device. The output ends in a guard that must stay as it is.
#pragma once

#include "rootCase.h"
#include "testing/deviceBytes.h"

namespace trtfairmot
{

class DeviceRoot
{
public:
    explicit DeviceRoot(RootBytes const& bytes)
        : mWeights{bytes.weights}, mBias{bytes.bias}, mOutput{bytes.outputBytes}
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
        tensors.output = mOutput.data();
        return tensors;
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
        size_t bytes = mWeights.size() + mBias.size() + mOutput.size();
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
    GuardedBytes mOutput;
};

} // namespace trtfairmot
