using System.Text;
using System.Text.Json;

namespace SuRnnStream;

/// <summary>Takes a moment. Seconds: when it was, by the sensor; NaN: it does not say.</summary>
delegate void MomentTaker(ReadOnlySpan<float> moment, double seconds);

/// <summary>
/// Text of a live sensor to moments. JSON: an object, a list of the channels' numbers, a list of such objects or lists, or one list with the
/// numbers of several moments behind each other; one value or many. Else lines of numbers between commas, semicolons or tabs: the channels in
/// the model's order, with or without the time in front, or as the last header said.
/// </summary>
sealed class SensorText
{
    readonly string _name;
    readonly SensorFrontEndConfig _sensor;
    readonly JsonMoment _json;
    readonly float[] _moment;
    CsvTable? _named, _headless;
    long _texts;

    public SensorText(string name, SensorFrontEndConfig sensor) =>
        (_name, _sensor, _json, _moment) = (name, sensor, new JsonMoment(sensor, Wrong), new float[sensor.Channels.Count]);

    /// <exception cref="InvalidSensorDataException">The text is malformed, from some place on.</exception>
    /// <exception cref="UnusableSensorException">Its header is none for the model.</exception>
    public void Read(string text, MomentTaker take)
    {
        _texts++;
        if (text.AsSpan().TrimStart() is ['{' or '[', ..]) ReadJson(text, take);
        else ReadLines(text, take);
    }

    /// <summary>Looks for a header in a text of which the beginning may be missing; all else counts for nothing.</summary>
    public void ReadCut(string text)
    {
        _texts++;
        try
        {
            if (CsvTable.NamesAChannel(text, _sensor)) _named = new CsvTable(text, _sensor, Wrong);
        }
        catch (InvalidSensorDataException)
        {
            // what is missing is not the sensor's fault
        }
    }

    void ReadLines(string text, MomentTaker take)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
            if (!TableCell.IsSilent(line) && TableCell.SeparatorIn(line) is null) ReadLine(line.ToString(), take);
    }

    void ReadLine(string line, MomentTaker take)
    {
        if (CsvTable.NamesAChannel(line, _sensor))
        {
            _named = Header(line);
            return;
        }
        double seconds;
        try
        {
            seconds = (_named ?? (_headless ??= CsvTable.Headless(line, _sensor, Wrong))).Read(line, _moment);
        }
        catch (InvalidSensorDataException) when (_named is null)
        {
            _headless = CsvTable.Headless(line, _sensor, Wrong); // there may be a time now, or none any more
            seconds = _headless.Read(line, _moment);
        }
        take(_moment, seconds);
    }

    CsvTable Header(string line)
    {
        try
        {
            return new CsvTable(line, _sensor, Wrong);
        }
        catch (InvalidSensorDataException reason)
        {
            throw new UnusableSensorException(reason);
        }
    }

    void ReadJson(string text, MomentTaker take)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                using var json = JsonDocument.ParseValue(ref reader);
                ReadValue(json.RootElement, take);
            }
        }
        catch (JsonException broken)
        {
            throw Wrong($"this is no JSON ({broken.Message})", text.Contains("NaN") ? "write null where a value is missing" : _json.Remedy);
        }
    }

    void ReadValue(JsonElement json, MomentTaker take)
    {
        if (json.ValueKind != JsonValueKind.Array) Take(json);
        else if (json.GetArrayLength() > 0 && json[0].ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            foreach (var item in json.EnumerateArray()) Take(item);
        else ReadNumbers(json, take);

        void Take(JsonElement moment) => take(_moment, _json.Read(moment, _moment));
    }

    void ReadNumbers(JsonElement list, MomentTaker take)
    {
        if (list.GetArrayLength() is var count && (count == 0 || count % _moment.Length != 0))
            throw Wrong($"there are {count} numbers, but the model hears {_moment.Length} channels", _json.Remedy);
        var channel = 0;
        foreach (var item in list.EnumerateArray())
        {
            _moment[channel] = _json.Number(item, _sensor.Channels[channel].Name);
            channel = (channel + 1) % _moment.Length;
            if (channel == 0) take(_moment, double.NaN);
        }
    }

    InvalidSensorDataException Wrong(string problem, string remedy) => new(_name, FormattableString.Invariant($"text {_texts}"), problem, remedy);
}
