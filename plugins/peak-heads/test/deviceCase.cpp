#include "peak-heads/test/deviceCase.h"

#include <cstring>

namespace trtfairmot
{

namespace
{

template <typename T>
size_t sizeOf(std::vector<T> const& values)
{
    return values.size() * sizeof(T);
}

template <typename T>
void take(GuardedBytes const& from, std::vector<T>& values, bool& guardsIntact)
{
    bool intact = false;
    std::vector<uint8_t> const bytes = from.download(intact);
    std::memcpy(values.data(), bytes.data(), bytes.size());
    guardsIntact = guardsIntact && intact;
}

} // namespace

DeviceCase::DeviceCase(PeakHeadsParams const& params, PeakBytes const& bytes)
    : mParams{params}, mLogits{bytes.logits}, mFeatures{bytes.features}, mFirstWeight{bytes.firstWeight},
      mFirstBias{bytes.firstBias}, mSecondWeight{bytes.secondWeight}, mSecondBias{bytes.secondBias},
      mBoxes{sizeOf(PeakRows(params).boxes)}, mScores{sizeOf(PeakRows(params).scores)},
      mClasses{sizeOf(PeakRows(params).classes)}, mEmbeddings{sizeOf(PeakRows(params).embeddings)},
      mWorkspace{peakHeadsWorkspaceSize(params)}
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
    for (GuardedBytes* const bytes : {&mBoxes, &mScores, &mClasses, &mEmbeddings, &mWorkspace})
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
    std::vector<uint8_t> workspace(mWorkspace.size());
    take(mWorkspace, workspace, guardsIntact);
    return rows;
}

size_t DeviceCase::tensorBytes() const
{
    return mLogits.size() + mFeatures.size() + mFirstWeight.size() + mSecondWeight.size() + mBoxes.size()
        + mEmbeddings.size();
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
