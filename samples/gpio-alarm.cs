// A pin goes high for a second when "stop" is heard: a lamp, a relay, a siren.
//
//   dotnet run samples/gpio-alarm.cs -- [--pin 17] [--simulate] [RECORDING.wav]
//
// Without a recording it listens to the default microphone, until Ctrl+C. --simulate needs no pins: it prints what they would do.

#:project ../src/SuRnnStream.Pipeline/SuRnnStream.Pipeline.csproj
#:project ../src/SuRnnStream.Reactive/SuRnnStream.Reactive.csproj
#:package System.Device.Gpio

using System.Device.Gpio;
using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using SuRnnStream;

var simulate = args.Contains("--simulate");
var pin = Array.IndexOf(args, "--pin") is >= 0 and var at ? int.Parse(args[at + 1]) : 17;
var recording = args.FirstOrDefault(argument => argument.EndsWith(".wav", StringComparison.OrdinalIgnoreCase));

GpioController controller;
try
{
    controller = simulate ? new GpioController(new PrintedPins()) : new GpioController();
    controller.OpenPin(pin, PinMode.Output, PinValue.Low);
}
catch (Exception missing)
{
    Console.Error.WriteLine($"gpio-alarm: pin {pin} cannot be opened: {missing.Message.ReplaceLineEndings(" ").TrimEnd('.')}; run it on a board with GPIO pins, or with --simulate.");
    return 1;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) => { key.Cancel = true; stop.Cancel(); };
var model = ModelFile.Load("models/commands.surnn");
var pipeline = new DetectorPipeline(OpenSource(), model);

// Every "stop" begins a second anew; at the end of the stream the pin still goes low.
var levels = pipeline.Detections
    .Where(detection => detection.Label == "stop")
    .Select(_ => Observable.Timer(TimeSpan.FromSeconds(1)).Select(_ => PinValue.Low).StartWith(PinValue.High))
    .Switch()
    .DistinctUntilChanged()
    .Do(level => controller.Write(pin, level));
var done = levels.LastOrDefaultAsync().ToTask();
await pipeline.RunAsync(stop.Token);
await done;
controller.Dispose();
return 0;

ISampleSource OpenSource()
{
    if (recording is not null) return AudioFile.Open(recording);
    return OperatingSystem.IsLinux() ? Microphone.Open() : throw new PlatformNotSupportedException("The microphone is opened by ALSA here, which is Linux's: name a recording.");
}

/// <summary>Pins that are lines of text.</summary>
sealed class PrintedPins : GpioDriver
{
    readonly Dictionary<int, PinValue> _values = [];

    protected override int PinCount => 28;
    protected override void OpenPin(int pinNumber) => _values[pinNumber] = PinValue.Low;
    protected override void ClosePin(int pinNumber) => _values.Remove(pinNumber);
    protected override void SetPinMode(int pinNumber, PinMode mode) { }
    protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;
    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode == PinMode.Output;
    protected override PinValue Read(int pinNumber) => _values[pinNumber];

    protected override void Write(int pinNumber, PinValue value)
    {
        if (_values[pinNumber] != value) Console.WriteLine($"{DateTime.Now:HH:mm:ss.fff}  pin {pinNumber} {(value == PinValue.High ? "high" : "low")}");
        _values[pinNumber] = value;
    }

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotSupportedException();
    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw new NotSupportedException();
    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => throw new NotSupportedException();
}
