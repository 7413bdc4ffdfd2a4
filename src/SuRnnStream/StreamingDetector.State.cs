using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SuRnnStream;

/// <content>Saving and restoring a stream.</content>
public sealed partial class StreamingDetector
{
    const int StateVersion = 1;           // of the envelope; what is in it says its own
    const long LongestState = 256L << 20; // bytes

    /// <summary>Writes the stream's whole state; a detector of the same model that restores it goes on exactly as this one would.</summary>
    public void Save(Stream to)
    {
        ArgumentNullException.ThrowIfNull(to);
        WriteState(to, _model.Config, writer =>
        {
            _front.Save(writer);
            _state.Save(writer);
            _gate.Save(writer);
            _look?.Save(writer);
            writer.Write(_levels is not null);
            _levels?.Save(writer);
        }, _look);
    }

    /// <summary>A state of a model of this shape in its envelope.</summary>
    internal static void WriteState(Stream to, SuRnnConfig config, Action<BinaryWriter> save, SecondLook? look = null)
    {
        var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            var format = Format(config, look);
            writer.Write(format.Length);
            writer.Write(format);
            save(writer);
        }
        Envelope.Write(to, StateKind, StateVersion, content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>The state that <see cref="WriteState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It was saved by a model of another shape, or is damaged.</exception>
    internal static void ReadState(Stream from, SuRnnConfig config, Action<BinaryReader> restore, SecondLook? look = null)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Envelope.Read(from, StateKind, StateVersion, "The saved state", LongestState)), Encoding.UTF8);
            var format = Format(config, look);
            if (reader.ReadInt32() != format.Length || !reader.ReadBytes(format.Length).AsSpan().SequenceEqual(format))
                throw new InvalidDataException("The state was saved by a model of another shape.");
            restore(reader);
            if (reader.BaseStream.Position != reader.BaseStream.Length) throw new InvalidDataException("The saved state goes on after its end.");
        }
        catch (Exception damaged) when (damaged is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("The saved state ends early or is damaged.", damaged);
        }
    }

    static ReadOnlySpan<byte> StateKind => "SURNNST\n"u8;

    /// <summary>Takes on a state that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was saved by a model of another shape, or is damaged. This detector is then reset.</exception>
    public void Restore(Stream from)
    {
        ArgumentNullException.ThrowIfNull(from);
        try
        {
            ReadState(from, _model.Config, reader =>
            {
                _front.Restore(reader);
                _state.Restore(reader);
                _gate.Restore(reader);
                _look?.Restore(reader, Position);
                RestoreLevels(reader, _levels, _hop);
            }, _look);
            for (var i = 0; i < _fired.Length; i++) _fired[i] = _gate.HasFired(i);
        }
        catch (InvalidDataException)
        {
            Reset();
            throw;
        }
    }

    /// <param name="from">What says whether there are levels, and then the levels.</param>
    /// <param name="levels">Null: they are not asked for, and read over.</param>
    /// <param name="hop">Of the model.</param>
    internal static void RestoreLevels(BinaryReader from, LevelTrack? levels, TimeSpan hop)
    {
        var saved = from.ReadBoolean();
        if (!saved) levels?.Reset();
        else (levels ?? new LevelTrack(1, hop)).Restore(from);
    }

    /// <summary>The same in every culture: a state may go on in another country.</summary>
    static byte[] Format(SuRnnConfig config, SecondLook? look)
    {
        var front = config.FrontEnd is { } sound
            ? string.Create(CultureInfo.InvariantCulture, $"{sound.SampleRate} {sound.WindowLength} {sound.HopLength} {sound.Bands} {sound.LowHz} {sound.HighHz} {sound.Floor} {sound.Scale}")
            : JsonSerializer.Serialize(SensorHeader.From(config.Sensor!), ModelJson.Strict.SensorHeader);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            surnn-state 4
            {front}
            {string.Join(' ', config.Stem)} {config.SalienceFrames} {string.Join(' ', config.Layers)} {string.Join(',', config.Labels)}{(look is null ? "" : $"\n{look.Shape}")}
            """));
    }
}
