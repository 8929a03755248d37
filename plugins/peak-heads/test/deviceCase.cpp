#include "peak-heads/test/deviceCase.h"

#include <algorithm>
#include <cstring>

namespace trtfairmot
{

namespace
{

constexpr size_t kGUARD = 256;

template <typename T>
size_t guarded(std::vector<T> const& values)
{
    return values.size() * sizeof(T) + kGUARD;
}

template <typename T>
void take(DeviceBytes const& from, std::vector<T>& values, bool& guardsIntact)
{
    std::vector<uint8_t> const bytes = from.download();
    std::memcpy(values.data(), bytes.data(), bytes.size() - kGUARD);
    guardsIntact = guardsIntact
        && std::all_of(bytes.end() - kGUARD, bytes.end(), [](uint8_t byte) { return byte == 0xFF; });
}

} // namespace

DeviceCase::DeviceCase(PeakHeadsParams const& params, PeakBytes const& bytes)
    : mParams{params}, mLogits{bytes.logits}, mFeatures{bytes.features}, mFirstWeight{bytes.firstWeight},
      mFirstBias{bytes.firstBias}, mSecondWeight{bytes.secondWeight}, mSecondBias{bytes.secondBias},
      mBoxes{guarded(PeakRows(params).boxes)}, mScores{guarded(PeakRows(params).scores)},
      mClasses{guarded(PeakRows(params).classes)}, mEmbeddings{guarded(PeakRows(params).embeddings)},
      mWorkspace{peakHeadsWorkspaceSize(params) + kGUARD}
{
}

DeviceCase::DeviceCase(PeakCase const& c) : DeviceCase(c.params, bytesOfCase(c)) {}

PeakHeadsTensors DeviceCase::tensors() const
{
    PeakHeadsTensors tensors;
    tensors.logits = mLogits.data();
    tensors.features = mFeatures.data();
    tensors.firstWeight = mFirstWeight.data();
    tensors.firstBias = static_cast<float const*>(mFirstBias.data());
    tensors.secondWeight = mSecondWeight.data();
    tensors.secondBias = static_cast<float const*>(mSecondBias.data());
    tensors.boxes = static_cast<float*>(mBoxes.data());
    tensors.scores = static_cast<float*>(mScores.data());
    tensors.classes = static_cast<int32_t*>(mClasses.data());
    tensors.embeddings = static_cast<float*>(mEmbeddings.data());
    tensors.workspace = mWorkspace.data();
    return tensors;
}

void DeviceCase::poison(cudaStream_t stream)
{
    for (DeviceBytes* const bytes : {&mBoxes, &mScores, &mClasses, &mEmbeddings, &mWorkspace})
    {
        bytes->poison(stream);
    }
}

PeakRows DeviceCase::rows(bool& guardsIntact) const
{
    PeakRows rows(mParams);
    guardsIntact = true;
    take(mBoxes, rows.boxes, guardsIntact);
    take(mScores, rows.scores, guardsIntact);
    take(mClasses, rows.classes, guardsIntact);
    take(mEmbeddings, rows.embeddings, guardsIntact);
    std::vector<uint8_t> workspace(mWorkspace.size() - kGUARD);
    take(mWorkspace, workspace, guardsIntact);
    return rows;
}

size_t DeviceCase::tensorBytes() const
{
    size_t bytes = 0;
    for (DeviceBytes const* const tensor : {&mLogits, &mFeatures, &mFirstWeight, &mSecondWeight, &mBoxes, &mEmbeddings})
    {
        bytes += tensor->size();
    }
    return bytes;
}

PeakHeadsParams wholeNetwork(int32_t batch)
{
    PeakHeadsParams p;
    p.batch = batch;
    p.height = 152;
    p.width = 272;
    p.features = 64;
    p.hidden = 256;
    p.channels = HeadChannels{4, 2, 128};
    return p;
}

PeakHeadsParams halfNetwork(int32_t batch)
{
    PeakHeadsParams p;
    p.batch = batch;
    p.height = 80;
    p.width = 144;
    p.features = 32;
    p.hidden = 128;
    p.channels = HeadChannels{4, 2, 64};
    return p;
}

} // namespace trtfairmot
