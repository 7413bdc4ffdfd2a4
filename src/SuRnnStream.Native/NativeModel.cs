using System.Runtime.InteropServices;
using System.Text;

namespace SuRnnStream.Native;

/// <summary>A surnn_model: the model, and its labels where C can read them.</summary>
sealed unsafe class NativeModel
{
    readonly byte*[] _labels;

    public NativeModel(SuRnnModel model)
    {
        Model = model;
        SampleRate = model.Config.FrontEnd?.SampleRate ?? throw new NotSupportedException("This model detects events of sensors, and this library takes sound: use a model of words or sounds.");
        _labels = new byte*[model.Config.Labels.Count];
        for (var i = 0; i < _labels.Length; i++)
        {
            var text = Encoding.UTF8.GetBytes(model.Config.Labels[i]);
            _labels[i] = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
            text.CopyTo(new Span<byte>(_labels[i], text.Length));
        }
    }

    public SuRnnModel Model { get; }
    public int SampleRate { get; }
    public int Labels => _labels.Length;

    public byte* Label(int i) => i >= 0 && i < _labels.Length ? _labels[i] : null;

    public void Free()
    {
        for (var i = 0; i < _labels.Length; i++)
        {
            NativeMemory.Free(_labels[i]);
            _labels[i] = null;
        }
    }
}
