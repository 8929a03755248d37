// The tensors of a heat-map head on the device, and FairMOT's two. The logits end in a guard that must stay as it is.
#pragma once

#include <cstring>

#include "heat-map/test/mapCase.h"
#include "testing/deviceBytes.h"

namespace trtfairmot
{

inline std::vector<uint8_t> bytesOfFloats(std::vector<float> const& values)
{
    std::vector<uint8_t> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

class DeviceMap
{
public:
    explicit DeviceMap(MapCase const& c)
        : mFeatures{bytesOfHalves(c.features)}, mFirstWeight{bytesOfHalves(c.firstWeight)},
          mFirstBias{bytesOfFloats(c.firstBias)}, mSecondWeight{bytesOfFloats(c.secondWeight)},
          mSecondBias{bytesOfFloats({c.secondBias})},
          mLogits{static_cast<size_t>(c.params.batch) * c.params.height * c.params.width * sizeof(float)}
    {
    }

    HeatMapTensors tensors() const
    {
        return HeatMapTensors{mFeatures.data(), mFirstWeight.data(), static_cast<float const*>(mFirstBias.data()),
            static_cast<float const*>(mSecondWeight.data()), static_cast<float const*>(mSecondBias.data()),
            static_cast<float*>(mLogits.data())};
    }

    void poison(cudaStream_t stream)
    {
        mLogits.poison(stream);
    }

    std::vector<float> logits(bool& guardIntact) const
    {
        std::vector<uint8_t> const bytes = mLogits.download(guardIntact);
        std::vector<float> logits(bytes.size() / sizeof(float));
        std::memcpy(logits.data(), bytes.data(), bytes.size());
        return logits;
    }

private:
    DeviceBytes mFeatures;
    DeviceBytes mFirstWeight;
    DeviceBytes mFirstBias;
    DeviceBytes mSecondWeight;
    DeviceBytes mSecondBias;
    GuardedBytes mLogits;
};

// FairMOT DLA-34 at 608x1088, and the half-width network at 320x576.
inline HeatMapParams wholeNetwork(int32_t batch)
{
    return HeatMapParams{batch, 152, 272, 64, 256};
}

inline HeatMapParams halfNetwork(int32_t batch)
{
    return HeatMapParams{batch, 80, 144, 32, 128};
}

} // namespace trtfairmot
