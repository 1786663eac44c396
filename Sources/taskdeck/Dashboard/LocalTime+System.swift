import Dashboard
import Glibc
import TaskModel

extension LocalTime {
    /// The local time of this machine, by TZ or else /etc/localtime.
    static var system: LocalTime {
        // localtime_r(3) need not read TZ.
        tzset()
        return LocalTime { time in
            let (seconds, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 1000)
            var clock = time_t(rest < 0 ? seconds - 1 : seconds)
            var parts = tm()
            return localtime_r(&clock, &parts) == nil ? 0 : parts.tm_gmtoff
        }
    }
}
